// Any value of Range, for content of any size: the ranges lie within it and far enough from each
// other, so that no answer is longer than the content and a few heads.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/assert.hpp"
#include "http/range.hpp"

using namespace coachwhip;

namespace {

void check(http::ByteRange range, std::uint64_t size) {
  COACHWHIP_ASSERT(range.count > 0 && range.first < size && range.count <= size - range.first);
}

void check_pair(http::ByteRange a, http::ByteRange b) {
  const bool is_before = a.first < b.first;
  const std::uint64_t end = is_before ? a.first + a.count : b.first + b.count;
  const std::uint64_t next = is_before ? b.first : a.first;
  COACHWHIP_ASSERT(next >= end && next - end >= http::range_gap_min);
}

}  // namespace

// The first eight bytes are the size of the content.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
  std::uint64_t size = 0;
  if (length < sizeof size) return 0;
  std::memcpy(&size, data, sizeof size);
  const Bytes value(reinterpret_cast<const char*>(data) + sizeof size, length - sizeof size);
  const auto parsed = http::parse_ranges(value, size);
  const auto* ranges = std::get_if<std::vector<http::ByteRange>>(&parsed);
  if (ranges == nullptr) return 0;
  COACHWHIP_ASSERT(!ranges->empty() && ranges->size() <= http::ranges_max);
  for (std::size_t i = 0; i < ranges->size(); ++i) {
    check((*ranges)[i], size);
    for (std::size_t k = 0; k < i; ++k) check_pair((*ranges)[i], (*ranges)[k]);
  }
  return 0;
}
