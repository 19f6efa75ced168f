// Refusal: why a message is not served, small enough for the inner loops. The table is
// tables/refusals.def.
#pragma once

#include <cstdint>

#include "base/error.hpp"

namespace coachwhip::http1 {

enum class Refusal : std::uint8_t {
  none,
#define COACHWHIP_REFUSAL(name, status, message) name,
#include "http1/tables/refusals.def"
#undef COACHWHIP_REFUSAL
};

// The refusal as an Error: bad_input, the status to answer, one short line. Not for `none`.
std::unexpected<Error> refuse(Refusal refusal);

}  // namespace coachwhip::http1
