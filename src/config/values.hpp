// The options that need nothing but their own text: numbers, addresses, logs, variables.
#pragma once

#include "config/config.hpp"
#include "config/settings.hpp"

namespace coachwhip::config {

// Every flag and number must have a value by now. Paths become absolute in `settings` too.
void store_values(Settings& settings, Config& config, Faults& faults);

}  // namespace coachwhip::config
