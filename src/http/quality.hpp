// Quality values (RFC 9110 section 12.4.2): how gladly a client takes one of several things.
#pragma once

#include <optional>

#include "base/bytes.hpp"

namespace coachwhip::http {

inline constexpr int quality_max = 1000;

// "0", "0.5", "1.000" as thousandths: at most three digits behind the point, at most 1.
std::optional<int> parse_quality(Bytes text);

}  // namespace coachwhip::http
