// The executable `coachwhip`: reads what it is asked for, and does it.
#include <cstdio>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/log.hpp"
#include "cli/arguments.hpp"
#include "cli/models_arguments.hpp"
#include "config/cpus.hpp"
#include "config/effective.hpp"
#include "config/interpreter.hpp"
#include "config/loader.hpp"
#include "config/manual.hpp"
#include "config/open_files.hpp"
#include "lab/compare.hpp"
#include "lab/trace.hpp"
#include "net/listener.hpp"
#include "supervisor/launcher.hpp"
#include "supervisor/supervisor.hpp"

namespace coachwhip::cli {
namespace {

constexpr int bad_usage = 2;

int refuse(const config::Faults& faults) {
  for (const std::string& fault : faults) std::fprintf(stderr, "coachwhip: %s\n", fault.c_str());
  return bad_usage;
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : 1;
}

config::Invocation invocation_of(const Command& command) {
  config::Invocation invocation;
  invocation.arguments = command.given;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    invocation.environment.emplace_back(*entry);
  }
  std::error_code ignored;
  invocation.folder = std::filesystem::current_path(ignored);
  invocation.executable_folder = std::filesystem::read_symlink("/proc/self/exe", ignored)
                                     .parent_path();
  invocation.cpus = config::usable_cpus();
  invocation.open_files = config::open_files_max();
  return invocation;
}

// In the environment that workers get.
Result<void> try_python(const config::Config& config, const config::Invocation& invocation) {
  if (!config.needs_python()) return {};
  const auto environment = supervisor::worker_environment(config, invocation.environment,
                                                          supervisor::find_package_folder());
  return config::try_interpreter(config.python, environment, config.start_timeout);
}

int check(const config::Loaded& loaded, const config::Invocation& invocation) {
  for (const std::string& warning : loaded.warnings) log::warning(warning);
  config::Faults faults;
  for (const net::BindAddress& bind : loaded.config.binds) {
    const auto usable = net::check_bind(bind);
    if (!usable) faults.push_back(usable.error().message);
  }
  const auto works = try_python(loaded.config, invocation);
  if (!works) faults.push_back(works.error().message);
  if (!faults.empty()) return refuse(faults);
  return print(config::effective_text(loaded));
}

int serve(const config::Loaded& loaded, const config::Invocation& invocation) {
  const auto works = try_python(loaded.config, invocation);
  if (!works) return refuse({works.error().message});
  log::set_level(loaded.config.log_level);
  for (const std::string& warning : loaded.warnings) log::warning(warning);
  for (const std::string& decision : loaded.decisions) log::info(decision);
  return supervisor::run(loaded.config);
}

int look_at_models(std::span<const std::string> arguments) {
  const auto command = parse_models_arguments(arguments);
  if (!command) return refuse(command.error());
  switch (command->action) {
    case ModelsAction::list:
      return print(models::explain());
    case ModelsAction::help:
      return print(models_help());
    case ModelsAction::trace:
      return lab::trace({.models = command->models, .output = command->output});
    case ModelsAction::compare:
      break;
  }
  return lab::compare({.models = command->models,
                       .is_quick = command->is_quick,
                       .seconds = command->seconds,
                       .output = command->output,
                       .version = COACHWHIP_VERSION});
}

int run(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments.front() == "models") {
    return look_at_models(std::span(arguments).subspan(1));
  }
  const auto command = parse_arguments(arguments);
  if (!command) return refuse(command.error());
  if (command->action == Action::help) return print(config::help_text());
  if (command->action == Action::version) return print("coachwhip " COACHWHIP_VERSION "\n");
  if (command->action == Action::options_markdown) return print(config::options_markdown());
  const config::Invocation invocation = invocation_of(*command);
  if (invocation.folder.empty()) return refuse({"the current folder is gone; go to another"});
  const auto loaded = config::load(invocation);
  if (!loaded) return refuse(loaded.error());
  return command->action == Action::check ? check(*loaded, invocation) : serve(*loaded, invocation);
}

}  // namespace
}  // namespace coachwhip::cli

int main(int argc, char** argv) { return coachwhip::cli::run({argv + 1, argv + argc}); }
