// The first line of an HTTP/1 request (RFC 9112 section 3).
#pragma once

#include "base/bytes.hpp"
#include "http1/refusal.hpp"
#include "http1/request_head.hpp"

namespace coachwhip::http1 {

inline constexpr std::size_t method_bytes_max = 32;

// Reads `line`, which has no CRLF, into `head`: method, version, target and its parts. `host`
// becomes the authority of an absolute-form target, or empty.
Refusal parse_request_line(Bytes line, RequestHead& head);

}  // namespace coachwhip::http1
