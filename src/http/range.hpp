// Byte ranges (RFC 9110 section 14).
#pragma once

#include <cstdint>
#include <variant>

#include "base/bytes.hpp"

namespace coachwhip::http {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};
struct WholeContent {};    // no range, one that is not understood, or several: answer 200
struct NotSatisfiable {};  // answer 416

// What the value of a Range field asks of content that is `size` bytes long.
std::variant<WholeContent, ByteRange, NotSatisfiable> parse_range(Bytes value, std::uint64_t size);

}  // namespace coachwhip::http
