// Shown text: names of files, which may hold any bytes, made fit to be shown.
#pragma once

#include <string>

#include "base/bytes.hpp"

namespace coachwhip::handlers::files {

// Well-formed UTF-8: each byte that is part of none, and each control character, becomes U+FFFD.
std::string to_utf8(Bytes text);

}  // namespace coachwhip::handlers::files
