// Accept (RFC 9110 section 12.5.1): how gladly a client takes a media type.
#pragma once

#include "base/bytes.hpp"
#include "http/headers.hpp"

namespace coachwhip::http {

struct Acceptance {
  int quality = 0;        // thousandths; 0: not at all
  bool is_named = false;  // the type itself, not only "text/*" or "*/*"
};

// The range that says it most precisely counts, and of two of these the first. Parameters other
// than the weight are not looked at. Without the field everything is welcome; of what is malformed
// nothing is taken in.
Acceptance find_acceptance(const Headers& headers, Bytes type);

}  // namespace coachwhip::http
