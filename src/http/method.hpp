// Method: what a request asks for (RFC 9110 section 9). The table is tables/methods.def.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace coachwhip::http {

enum class Method : std::uint8_t {
#define COACHWHIP_METHOD(name, safe, idempotent) name,
#include "http/tables/methods.def"
#undef COACHWHIP_METHOD
  other,  // any other token; Request::method_text has it
};

// Those of the standard that any resource may have. TRACE would show scripts what browsers hide
// from them, CONNECT is for proxies.
inline constexpr Bytes served_methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

// Case-sensitive, as methods are.
Method find_method(Bytes text);

// Empty for `other`.
Bytes text(Method method);

// Asks for nothing to change (RFC 9110 section 9.2.1).
bool is_safe(Method method);
// May be sent twice with the effect of once (section 9.2.2): such a request can be retried.
bool is_idempotent(Method method);

}  // namespace coachwhip::http
