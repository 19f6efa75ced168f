// The options of files: what answers for folders, for what is not there, and for applications.
#pragma once

#include "config/config.hpp"
#include "config/settings.hpp"

namespace coachwhip::config {

// The mounts are made by now. Pages are read, so that none is missing later. Paths become absolute
// in `settings` too.
void store_files(Settings& settings, Config& config, Faults& faults);

}  // namespace coachwhip::config
