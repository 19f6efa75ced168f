// Globs: patterns of names, as shells have them.
#pragma once

#include "base/bytes.hpp"

namespace coachwhip::handlers::files {

// "?" is one byte but "/", "*" any number of these, "**" any bytes at all; all else is itself.
bool matches_glob(Bytes pattern, Bytes text);

}  // namespace coachwhip::handlers::files
