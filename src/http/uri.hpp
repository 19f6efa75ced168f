// URIs as requests carry them (RFC 3986, RFC 9112 section 3.2): splitting and decoding.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace coachwhip::http {

// `raw` with percent-encoded octets decoded and "." and ".." segments resolved after decoding; it
// stays below the root. A path that needs no change is returned as it is, otherwise the result is
// built in `storage`. Errors (bad_input, 400): a bad percent escape, an encoded NUL, a path that
// does not start with '/'.
Result<Bytes> decode_path(Bytes raw, std::string& storage);

// Percent-encodes everything but unreserved characters and '/', for Location fields.
std::string encode_path(Bytes path);

// A host (registered name, IPv4 or [IPv6] address) with an optional port, as in Host; no user
// information.
bool is_authority(Bytes text);

}  // namespace coachwhip::http
