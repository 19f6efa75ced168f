// Forwarding: what proxies say about a request that they pass on, and who is believed. Without I/O.
//
// From a peer that is trusted, the fields X-Forwarded-For, -Proto, -Host, -Port and -Prefix count,
// or, if none of them is there, the field Forwarded. Each proxy has added to the right of what it
// got: the client is the right-most address that is not itself trusted, and what stands left of it
// is the client's own tale, which is neither read nor checked. Whatever is read must be
// well-formed.
//
// From everybody else the fields are removed before anybody sees them.
#pragma once

#include <string>

#include "base/error.hpp"
#include "http/headers.hpp"
#include "http/request.hpp"
#include "http/trusted_proxies.hpp"

namespace coachwhip::http {

// The request as the client meant it, where a trusted proxy has passed it on.
struct Forwarding {
  Endpoints endpoints;
  std::string host;    // the authority; that of the request if no other is told
  std::string prefix;  // of the path, decoded: what the proxy took off; no slash at its end
};

// Is a field of this name a proxy's word: Forwarded, X-Forwarded-… or X-Real-IP?
inline bool is_forwarding_field(Bytes name) {
  constexpr Bytes start = "X-Forwarded-";
  if (name.size() == 9) {
    return equal_ignoring_case(name, "Forwarded") || equal_ignoring_case(name, "X-Real-IP");
  }
  return name.size() > start.size() && name[start.size() - 1] == '-' &&
         equal_ignoring_case(name.substr(0, start.size()), start);
}

// Removes all such fields.
void remove_forwarding(Headers& headers);

// For a request of a trusted peer. `host` and `connection` are what the request and its connection
// say of themselves. Host becomes the one that the client used, and Forwarded is removed if it does
// not count. Error (bad_input, 400): what is malformed.
Result<Forwarding> take_forwarding(Headers& headers, Bytes host, const Endpoints& connection,
                                   const TrustedProxies& trusted);

}  // namespace coachwhip::http
