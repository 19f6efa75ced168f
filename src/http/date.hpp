// Dates as HTTP writes them (RFC 9110 section 5.6.7).
#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace coachwhip::http {

// IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string format_date(WallTime time);

// All three forms that a recipient must accept; nullopt for anything else.
std::optional<WallTime> parse_date(Bytes text);

// The current date as text, formatted once a second.
class DateCache {
 public:
  // Valid until the next call.
  Bytes date(WallTime now);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

}  // namespace coachwhip::http
