// Status: the three digits of an answer (RFC 9110 section 15). The table is tables/statuses.def.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace coachwhip::http {

using Status = std::uint16_t;  // 100 to 599

namespace status {
#define COACHWHIP_STATUS(code, name, reason) inline constexpr Status name = code;
#include "http/tables/statuses.def"
#undef COACHWHIP_STATUS
}  // namespace status

// The reason phrase; empty for a code that is not in the table.
Bytes reason(Status status);

// "HTTP/1.1 200 OK\r\n", ready made for every code in the table; empty for others.
Bytes status_line(Status status);

// Answers with these codes never have content (RFC 9110 sections 6.4.1 and 15.3.6).
constexpr bool never_has_content(Status status) {
  return status < 200 || status == 204 || status == 205 || status == 304;
}

// What an application may answer with (section 15): an interim answer is no answer.
constexpr bool is_final(unsigned status) { return status >= 200 && status <= 599; }

}  // namespace coachwhip::http
