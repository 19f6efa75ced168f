// Rules: which content may be sent in a coding, as its fields tell.
#pragma once

#include <cstdint>

#include "http/headers.hpp"

namespace coachwhip::compress {

// Less fits into a packet together with its head.
inline constexpr std::uint64_t content_bytes_min = 1024;

// Is it of a compressible type, in no coding yet, no part of something, under no digest that is
// taken of the encoded bytes (RFC 9530), and is nobody forbidden to transform it (RFC 9111 section
// 5.2.2.6)?
bool may_encode(const http::Headers& headers);

}  // namespace coachwhip::compress
