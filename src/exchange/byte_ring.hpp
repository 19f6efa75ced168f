// ByteRing: the arithmetic of a flow's ring. Positions only grow; the caller has checked them.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "base/bytes.hpp"
#include "exchange/layout.hpp"

namespace coachwhip::exchange {

// The contiguous part of what lies between the positions, at most to the end of the ring.
inline Bytes ring_front(const char* ring, std::uint64_t read, std::uint64_t written) {
  const std::size_t at = read % ring_bytes;
  return {ring + at,
          static_cast<std::size_t>(std::min<std::uint64_t>(written - read, ring_bytes - at))};
}

// Copies `count` bytes, which are there, from the position `read` on.
inline std::string ring_copy(const char* ring, std::uint64_t read, std::size_t count) {
  std::string copy(ring_front(ring, read, read + count));
  return copy.append(ring_front(ring, read + copy.size(), read + count));
}

// Copies `bytes`, which fit, to the position `written`.
inline void ring_append(char* ring, std::uint64_t written, Bytes bytes) {
  const std::size_t at = written % ring_bytes;
  const std::size_t first = std::min(bytes.size(), ring_bytes - at);
  std::memcpy(ring + at, bytes.data(), first);
  std::memcpy(ring, bytes.data() + first, bytes.size() - first);
}

}  // namespace coachwhip::exchange
