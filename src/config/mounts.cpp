#include "config/mounts.hpp"

#include <algorithm>

#include "config/discovery.hpp"
#include "config/target.hpp"

namespace coachwhip::config {
namespace {

Result<Target> parse_folder(TargetKind kind, std::string_view text,
                            const std::filesystem::path& folder) {
  const std::filesystem::path path = absolute(text, folder);
  const auto readable = check_folder(path);
  if (!readable) return std::unexpected(readable.error());
  return Target{kind, path.native()};
}

class Mounts {
 public:
  Mounts(Settings& settings, Faults& faults) : settings_(settings), faults_(faults) {}

  void add_app(Value& value) {
    auto target = parse_target(value.text, value.folder);
    if (!target) return refuse(key_of("app"), value, target.error().message);
    value.text = target->text;
    add(key_of("app"), value, {"/", target->kind, target->text});
  }

  // `fixed`: the kind of all values of this option; nullopt: the target tells.
  void add_table(Key key, std::optional<TargetKind> fixed) {
    for (Value& value : settings_.all(key)) {
      const std::size_t equals = value.text.find('=');
      if (equals == std::string::npos) {
        refuse(key, value, "'" + value.text + "' has no '='; write " + form(key));
        continue;
      }
      const std::string_view text = std::string_view(value.text).substr(equals + 1);
      auto path = parse_mount_path(value.text.substr(0, equals));
      auto target = fixed ? parse_folder(*fixed, text, value.folder)
                          : parse_target(text, value.folder);
      if (!path) refuse(key, value, path.error().message);
      if (!target) refuse(key, value, target.error().message);
      if (!path || !target) continue;
      value.text = *path + "=" + target->text;
      add(key, value, {*path, target->kind, target->text});
    }
  }

  std::vector<Mount> take() { return std::move(mounts_); }
  bool has_root() const { return std::ranges::find(mounts_, "/", &Mount::path) != mounts_.end(); }

 private:
  static std::string form(Key key) { return std::string(options[key].placeholder); }

  void add(Key key, const Value& value, Mount mount) {
    const auto same = std::ranges::find(mounts_, mount.path, &Mount::path);
    if (same != mounts_.end()) {
      if (std::ranges::find(disputed_, mount.path) != disputed_.end()) return;
      disputed_.push_back(mount.path);
      return refuse(
          key, value,
          "the path '" + mount.path + "' is taken by '" + same->target + "'; choose another");
    }
    mounts_.push_back(std::move(mount));
  }

  void refuse(Key key, const Value& value, const std::string& why) {
    faults_.push_back(fault(key, value, why));
  }

  Settings& settings_;
  Faults& faults_;
  std::vector<Mount> mounts_;
  std::vector<std::string> disputed_;  // paths of which it was said that they are taken
};

}  // namespace

std::vector<Mount> make_mounts(Settings& settings, const std::filesystem::path& folder,
                               Faults& faults, std::vector<std::string>& decisions) {
  Mounts mounts(settings, faults);
  Value* const app = settings.find(key_of("app"));
  if (app != nullptr) mounts.add_app(*app);
  mounts.add_table(key_of("mount"), std::nullopt);
  mounts.add_table(key_of("scripts"), TargetKind::scripts);
  mounts.add_table(key_of("static"), TargetKind::files);

  const bool names_an_application = app != nullptr || !settings.all(key_of("mount")).empty() ||
                                    !settings.all(key_of("scripts")).empty();
  if (names_an_application || mounts.has_root()) return mounts.take();
  if (const auto found = discover(folder)) {
    decisions.push_back("serving " + found->target + ": " + found->reason);
    settings.set_default(key_of("app"), found->target, found->reason);
    settings.find(key_of("app"))->folder = folder;
    mounts.add_app(*settings.find(key_of("app")));
  } else if (settings.all(key_of("static")).empty()) {
    faults.push_back(found.error().message);
  } else {
    decisions.push_back("serving files alone: no application in '" + folder.native() + "'");
  }
  return mounts.take();
}

}  // namespace coachwhip::config
