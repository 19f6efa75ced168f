// Byte ranges (RFC 9110 section 14).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"

namespace coachwhip::http {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};
struct WholeContent {};    // no range, too many, or one that is not understood: answer 200
struct NotSatisfiable {};  // answer 416

// Whoever asks for more at once wants the server to work, not the bytes.
inline constexpr std::size_t ranges_max = 16;
// Ranges with less than this between them are one: the head of a part would cost more.
inline constexpr std::uint64_t range_gap_min = 128;

// What the value of a Range field asks of content that is `size` bytes long. At least one range;
// none is empty, they are neither near each other nor overlap, and stand in the order of the field.
// Those behind the end of the content are left out if there are others.
std::variant<WholeContent, std::vector<ByteRange>, NotSatisfiable> parse_ranges(Bytes value,
                                                                                std::uint64_t size);

// For Content-Range: "bytes 0-99/1000".
std::string format_content_range(ByteRange range, std::uint64_t size);

}  // namespace coachwhip::http
