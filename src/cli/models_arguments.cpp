#include "cli/models_arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unistd.h>

#include "config/nearest.hpp"

namespace coachwhip::cli {
namespace {

using config::Faults;

constexpr double seconds_min = 0.05;
constexpr double seconds_max = 60;
constexpr int many = 1000;

constexpr std::array<std::string_view, 7> names{"--list",    "--compare", "--trace", "--quick",
                                                "--seconds", "--output",  "--help"};

template <class Names, class NameOf>
std::string nearest(const Names& among, std::string_view name, NameOf name_of) {
  return std::string(name_of(*std::ranges::min_element(
      among, {}, [&](const auto& one) { return config::edit_distance(name, name_of(one)); })));
}

std::string unknown_option(const std::string& argument) {
  const std::string name = argument.substr(0, argument.find('='));
  return "models: unknown option '" + name + "'; the nearest is " +
         nearest(names, name, [](std::string_view one) { return one; }) +
         ", all are in coachwhip models --help";
}

std::string unknown_model(const std::string& name) {
  return "models: '" + name + "' is not a model; the nearest is " +
         nearest(models::all(), name, [](const models::Model* one) { return one->name; }) +
         ", there are: " + models::names();
}

// What hinders the report from being written.
std::optional<std::string> unusable(const std::filesystem::path& folder) {
  const std::string name = "models: --output: '" + folder.string() + "' ";
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    return name + "is not a folder; make it, or name another";
  }
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return std::nullopt;
  return name + "cannot be written to; name another folder";
}

class Parser {
 public:
  Parser() {
    app_.set_help_flag();
    app_.allow_extras();
    models_ = app_.add_option("MODEL", texts_)->expected(0, many);
    list_ = app_.add_flag("--list");
    compare_ = app_.add_flag("--compare");
    trace_ = app_.add_flag("--trace");
    quick_ = app_.add_flag("--quick");
    help_ = app_.add_flag("-h,--help");
    seconds_ = app_.add_option("--seconds", texts_)->expected(1)->allow_extra_args(false);
    output_ = app_.add_option("--output", texts_)->expected(1)->allow_extra_args(false);
    for (CLI::Option* option : {seconds_, output_}) {
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
  }

  std::expected<ModelsCommand, Faults> parse(std::span<const std::string> arguments) {
    for (const std::string& argument : arguments) {
      if (argument == "--seconds=" || argument == "--output=") faults_.push_back(lacking(argument));
    }
    if (!faults_.empty()) return std::unexpected(faults_);
    try {
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ArgumentMismatch&) {
      return std::unexpected(Faults{lacking(arguments.back())});
    } catch (const CLI::ParseError& error) {
      return std::unexpected(
          Faults{std::string("models: ") + error.what() + "; see coachwhip models --help"});
    }
    for (const std::string& extra : app_.remaining()) faults_.push_back(unknown_option(extra));
    ModelsCommand command = read();
    if (!faults_.empty()) return std::unexpected(faults_);
    return command;
  }

 private:
  static std::string lacking(const std::string& option) {
    return "models: " + option + " needs a value; see coachwhip models --help";
  }

  ModelsCommand read() {
    ModelsCommand command;
    if (help_->count() > 0) {
      command.action = ModelsAction::help;
      return command;
    }
    read_action(command);
    read_models(command);
    if (command.action != ModelsAction::compare) {
      belongs(quick_, "--quick", "--compare");
      belongs(seconds_, "--seconds", "--compare");
    }
    if (command.action == ModelsAction::list) belongs(output_, "--output", "--compare");
    command.is_quick = quick_->count() > 0;
    if (seconds_->count() > 0) read_seconds(command, seconds_->results().back());
    if (output_->count() > 0) command.output = output_->results().back();
    if (command.action != ModelsAction::list && faults_.empty()) {
      if (auto why = unusable(command.output)) faults_.push_back(std::move(*why));
    }
    return command;
  }

  void read_action(ModelsCommand& command) {
    if (compare_->count() > 0) command.action = ModelsAction::compare;
    if (trace_->count() > 0) command.action = ModelsAction::trace;
    const std::size_t several = (list_->count() > 0 ? 1U : 0U) + (compare_->count() > 0 ? 1U : 0U) +
                                (trace_->count() > 0 ? 1U : 0U);
    if (several > 1) faults_.emplace_back("models: choose one of --list, --compare and --trace");
  }

  void read_models(ModelsCommand& command) {
    const std::vector<std::string> wanted = models_->results();
    for (const std::string& name : wanted) {
      if (models::find(name) == nullptr) faults_.push_back(unknown_model(name));
    }
    if (!wanted.empty() && command.action == ModelsAction::list && faults_.empty()) {
      faults_.push_back("models: what shall be done with '" + wanted.front() +
                        "'? add --compare or --trace");
    }
    for (const models::Model* model : models::all()) {
      const bool is_wanted = std::ranges::find(wanted, model->name) != wanted.end();
      if (is_wanted || (wanted.empty() && command.action == ModelsAction::compare)) {
        command.models.push_back(model);
      }
    }
    if (command.action == ModelsAction::trace && wanted.empty()) {
      faults_.emplace_back(
          "models: --trace needs the name of a model: coachwhip models --trace epoll-lt");
    }
  }

  void belongs(const CLI::Option* option, std::string_view name, std::string_view to) {
    if (option->count() == 0) return;
    faults_.push_back("models: " + std::string(name) + " belongs to " + std::string(to) +
                      ": coachwhip models " + std::string(to) + " " + std::string(name));
  }

  void read_seconds(ModelsCommand& command, const std::string& text) {
    double seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool is_number = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    if (!is_number || !(seconds >= seconds_min && seconds <= seconds_max)) {
      faults_.push_back("models: --seconds: '" + text +
                        "' is not a number from 0.05 to 60; write such as --seconds 2");
      return;
    }
    command.seconds = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  }

  CLI::App app_;
  std::vector<std::string> texts_;  // where the library insists to put them
  Faults faults_;
  CLI::Option* models_;
  CLI::Option* list_;
  CLI::Option* compare_;
  CLI::Option* trace_;
  CLI::Option* quick_;
  CLI::Option* help_;
  CLI::Option* seconds_;
  CLI::Option* output_;
};

}  // namespace

std::expected<ModelsCommand, Faults> parse_models_arguments(
    std::span<const std::string> arguments) {
  return Parser().parse(arguments);
}

std::string models_help() {
  return "usage: coachwhip models [--list]                      explain the values of --model\n"
         "       coachwhip models --compare [MODEL…] [OPTIONS]  measure them, or all, side by "
         "side\n"
         "       coachwhip models --trace MODEL… [OPTIONS]      show what they ask of the kernel\n"
         "\n"
         "  --output FOLDER   where the report is written [the current folder]\n"
         "  --quick           with --compare: one short round, at most five minutes for all "
         "models\n"
         "  --seconds N       with --compare: of each measurement [1; with --quick 0.7]\n"
         "\n"
         "--trace lets eight clients visit each server, one of them slow, and writes trace.html\n"
         "and trace.json: who waited for whom.\n"
         "--compare writes models.html and models.json, and prints a table. `ab` and `wrk` are\n"
         "asked, too, where they are installed. There are: " +
         models::names() + "\n";
}

}  // namespace coachwhip::cli
