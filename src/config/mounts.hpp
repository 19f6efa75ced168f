// Which thing answers below which path, out of the options app, mount, static and scripts.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/settings.hpp"

namespace coachwhip::config {

// Looks in `folder` for an application if none is named and nothing else is at "/". Folders become
// absolute in `settings` too.
std::vector<Mount> make_mounts(Settings& settings, const std::filesystem::path& folder,
                               Faults& faults, std::vector<std::string>& decisions);

}  // namespace coachwhip::config
