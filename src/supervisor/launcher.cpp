#include "supervisor/launcher.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>

namespace coachwhip::supervisor {
namespace {

std::string_view kind_name(config::TargetKind kind) {
  return kind == config::TargetKind::scripts ? "scripts" : "wsgi";
}

std::string lanes_text(const std::vector<exchange::LaneFds>& lanes) {
  std::string text;
  for (const exchange::LaneFds& lane : lanes) {
    if (!text.empty()) text += ',';
    text += std::to_string(lane.wake) + ':' + std::to_string(lane.files);
  }
  return text;
}

// The variable's value in the environment, or nullptr.
std::string* find_variable(std::vector<std::string>& environment, std::string_view name) {
  for (std::string& variable : environment) {
    const bool is_it = variable.starts_with(name) && variable.size() > name.size() &&
                       variable[name.size()] == '=';
    if (is_it) return &variable;
  }
  return nullptr;
}

}  // namespace

std::vector<int> WorkerDescriptors::all() const {
  std::vector<int> out{exchange, ready};
  for (const exchange::LaneFds& lane : lanes) {
    out.push_back(lane.wake);
    out.push_back(lane.files);
  }
  return out;
}

std::vector<std::string> worker_arguments(const config::Config& config, const config::Mount& mount,
                                          const WorkerDescriptors& descriptors,
                                          const WorkerPlace& place) {
  std::vector<std::string> arguments{config.python, "-m", "coachwhip.worker"};
  const auto add = [&arguments](std::string_view option, std::string value) {
    arguments.emplace_back(option);
    arguments.push_back(std::move(value));
  };
  add("--exchange", std::to_string(descriptors.exchange));
  add("--lanes", lanes_text(descriptors.lanes));
  add("--cell", std::to_string(place.cell));
  add("--incarnation", std::to_string(place.incarnation));
  add("--threads", std::to_string(config.threads));
  add("--workers", std::to_string(config.workers));
  add("--ready", std::to_string(descriptors.ready));
  add("--mount", mount.path);
  add("--kind", std::string(kind_name(mount.kind)));
  add("--target", mount.target);
  add("--app-dir", config.app_dir);
  add("--log-level", std::string(log::name(config.log_level)));
  add("--name", place.name);
  if (config.strict_wsgi) arguments.emplace_back("--strict-wsgi");
  if (config.reload) arguments.emplace_back("--reload");
  return arguments;
}

std::vector<std::string> worker_environment(const config::Config& config,
                                            std::vector<std::string> inherited,
                                            const std::string& package_folder) {
  std::vector<std::string> environment = std::move(inherited);
  const auto set = [&environment](const std::string& name, const std::string& value) {
    std::string* variable = find_variable(environment, name);
    if (variable == nullptr) variable = &environment.emplace_back();
    *variable = name + '=' + value;
  };
  for (const auto& [name, value] : config.env) set(name, value);
  if (package_folder.empty()) return environment;
  constexpr std::string_view path = "PYTHONPATH";
  const std::string* before = find_variable(environment, path);
  const std::string rest = before == nullptr ? "" : before->substr(path.size() + 1);
  set(std::string(path), rest.empty() ? package_folder : package_folder + ':' + rest);
  return environment;
}

std::string find_package_folder() {
  std::error_code error;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const auto folder = executable.parent_path().parent_path() / "python";
  return std::filesystem::exists(folder / "coachwhip/worker.py", error) ? folder.string() : "";
}

}  // namespace coachwhip::supervisor
