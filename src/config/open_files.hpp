// How many files a process may have open, and how many of them can be connections.
#pragma once

#include <cstddef>

#include "config/config.hpp"

namespace coachwhip::config {

// Once the limit of open files is raised as far as the system allows.
std::size_t open_files_max();

// What a front can hold that may have so many files open: its own needs come first, and a part is
// left for the files that it sends. 0: too few even for these.
std::size_t connections_for(const Config& config, std::size_t open_files);

// How many files each of the caches of one seat may keep open, of what such a front's connections
// leave; at least 16.
std::size_t cached_files_for(const Config& config, std::size_t open_files, std::size_t caches);

}  // namespace coachwhip::config
