// The effective configuration, as `coachwhip check` prints it.
#pragma once

#include <string>

#include "config/loader.hpp"

namespace coachwhip::config {

// A valid coachwhip.toml with a comment at every line that says where the value comes from. All
// paths in it are absolute.
std::string effective_text(const Loaded& loaded);

}  // namespace coachwhip::config
