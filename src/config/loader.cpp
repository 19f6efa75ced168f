#include "config/loader.hpp"

#include <algorithm>

#include "config/environment.hpp"
#include "config/file.hpp"
#include "config/files.hpp"
#include "config/interpreter.hpp"
#include "config/mounts.hpp"
#include "config/open_files.hpp"
#include "config/target.hpp"
#include "config/values.hpp"

namespace coachwhip::config {
namespace {

namespace fs = std::filesystem;

class Loader {
 public:
  explicit Loader(const Invocation& invocation)
      : invocation_(invocation), folder_(invocation.folder) {}

  std::expected<Loaded, Faults> load() {
    gather();
    enter_folder();
    // A wrong file or folder would make what follows complain about things that were never said.
    if (!faults_.empty()) return std::unexpected(std::move(faults_));
    config().mounts = make_mounts(settings(), folder_, faults_, loaded_.decisions);
    store_files(settings(), config(), faults_);
    choose_numbers();
    store_values(settings(), config(), faults_);
    settle_connections();
    store_app_dir();
    find_python();
    if (!faults_.empty()) return std::unexpected(std::move(faults_));
    return std::move(loaded_);
  }

 private:
  Settings& settings() { return loaded_.settings; }
  Config& config() { return loaded_.config; }

  void gather() {
    std::vector<Given> said = read_environment(invocation_.environment, loaded_.warnings);
    Settings strong;
    strong.overlay(said);
    strong.overlay(invocation_.arguments);
    const Value* const chdir = strong.find(key_of("chdir"));
    if (chdir != nullptr) folder_ = absolute(chdir->text, invocation_.folder);
    const Value* const named = strong.find(key_of("config"));
    const std::string shown = named != nullptr ? named->text : "coachwhip.toml";
    const fs::path file = absolute(shown, folder_);
    std::error_code ignored;
    if (named != nullptr || fs::exists(file, ignored)) {
      loaded_.file = shown;
      overlay_file(file);
    }
    overlay(std::move(said));
    overlay(invocation_.arguments);
  }

  void overlay_file(const fs::path& file) {
    auto read = read_file(file, loaded_.file);
    if (read) {
      settings().overlay(*read);
    } else {
      faults_ = std::move(read.error());
    }
  }

  void overlay(std::vector<Given> given) {
    for (Given& one : given) {
      one.value.folder = one.key == key_of("chdir") ? invocation_.folder : folder_;
    }
    settings().overlay(given);
  }

  // The file may name the folder too.
  void enter_folder() {
    Value* const chdir = settings().find(key_of("chdir"));
    if (chdir == nullptr) return;
    folder_ = existing_folder(key_of("chdir"), *chdir);
    config().chdir = folder_.native();
  }

  fs::path existing_folder(Key key, Value& value) {
    const fs::path folder = absolute(value.text, value.folder);
    value.text = folder.native();
    const auto readable = check_folder(folder);
    if (!readable) faults_.push_back(fault(key, value, readable.error().message));
    return folder;
  }

  // Defaults that the machine decides.
  void choose_numbers() {
    const unsigned cpus = std::clamp(invocation_.cpus, 1U, 64U);
    const bool has_app = config().needs_python();
    const std::string why = "default for " + std::to_string(invocation_.cpus) + " usable CPUs";
    choose(key_of("workers"), std::clamp(invocation_.cpus, 1U, 127U), why);
    const models::Model* const model = models::find(settings().find(key_of("model"))->text);
    if (model != nullptr && model->seats != models::Seats::per_core) {
      const bool has_many = model->seats == models::Seats::many;
      choose(key_of("front-threads"), has_many ? 64 : 1, "default of the model");
    }
    choose(key_of("front-threads"), has_app ? std::max(1U, cpus / 4) : cpus, why);
  }

  void choose(Key key, unsigned value, const std::string& why) {
    if (settings().find(key) == nullptr) settings().set_default(key, std::to_string(value), why);
  }

  // Every connection takes a descriptor.
  void settle_connections() {
    constexpr Key key = key_of("max-connections");
    const std::size_t most = connections_for(config(), invocation_.open_files);
    const std::string files = std::to_string(invocation_.open_files) + " open files (ulimit -n)";
    const Value* const asked = settings().find(key);
    if (most == 0) {
      faults_.push_back("there may be " + files + ", too few for connections; raise that limit");
    } else if (asked == nullptr) {
      config().connections_max = most;
      settings().set_default(key, std::to_string(most), "default for " + files);
    } else if (config().connections_max > most) {
      faults_.push_back(fault(key, *asked,
                              "there may be " + files + ", which leaves " + std::to_string(most) +
                                  " for connections beside files and logs; raise that limit, or "
                                  "lower this one"));
    }
  }

  void store_app_dir() {
    const Key key = key_of("app-dir");
    if (settings().find(key) == nullptr) settings().set_default(key, folder_.native(), "default");
    config().app_dir = existing_folder(key, *settings().find(key)).native();
  }

  void find_python() {
    const Key key = key_of("python");
    const std::string_view path = variable(invocation_.environment, "PATH");
    if (Value* const named = settings().find(key)) {
      const auto found = find_named_interpreter(named->text, named->folder, path);
      if (!found) return faults_.push_back(fault(key, *named, found.error().message));
      config().python = named->text = found->native();
    } else if (config().needs_python()) {
      const auto found = find_interpreter(
          {.executable_folder = invocation_.executable_folder,
           .virtual_env = variable(invocation_.environment, "VIRTUAL_ENV"),
           .path = path});
      if (!found) return faults_.push_back(found.error().message);
      config().python = found->path.native();
      settings().set_default(key, config().python, found->reason);
    }
  }

  const Invocation& invocation_;
  fs::path folder_;  // relative paths of the command line and the environment start here
  Loaded loaded_;
  Faults faults_;
};

}  // namespace

std::expected<Loaded, Faults> load(const Invocation& invocation) {
  return Loader(invocation).load();
}

}  // namespace coachwhip::config
