#include "config/config.hpp"

#include <algorithm>

namespace coachwhip::config {

bool Config::needs_python() const {
  return std::ranges::any_of(mounts,
                             [](const Mount& mount) { return mount.kind != TargetKind::files; });
}

}  // namespace coachwhip::config
