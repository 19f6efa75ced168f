// Request: what a handler is asked, free of the HTTP version that carried it.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "http/body.hpp"
#include "http/headers.hpp"
#include "http/interim.hpp"
#include "http/method.hpp"

namespace coachwhip::http {

// Between whom a request passes: the same for all of a connection, unless a trusted proxy says
// otherwise. Outlives the request.
struct Endpoints {
  // An address; "unix" for a unix socket; of a proxy's client also "unknown" or "_hidden".
  std::string peer_host;
  std::uint16_t peer_port = 0;  // 0: it is not known
  std::string server_host;      // the address that was listened on
  std::uint16_t server_port = 0;
  bool is_tls = false;
  bool is_trusted_proxy = false;  // the peer of the connection
};

// Is that how a peer's address begins, and none of the words for one that has none?
constexpr bool is_peer_address(Bytes peer_host) {
  if (peer_host.empty()) return false;
  const char first = to_lower(peer_host.front());
  return first == ':' || (first >= '0' && first <= '9') || (first >= 'a' && first <= 'f');
}

// All views are valid until the handler's task has ended and the response was sent.
struct Request {
  Method method = Method::GET;
  Bytes method_text;
  std::uint8_t minor_version = 1;  // of HTTP/1
  Bytes target;                    // as sent, without the scheme and authority of an absolute form
  Bytes raw_path;                  // the path as sent, percent-encoded
  Bytes query;                     // without '?'; empty if there is none
  Bytes path;         // decoded, dot segments resolved, starts with '/' ("*" for OPTIONS *)
  Bytes prefix = {};  // of the path, which a proxy took off; decoded, no slash at its end
  std::size_t mount_size = 0;  // this many bytes of `path` were matched by the router (SCRIPT_NAME)
  Bytes host;                  // the authority: Host, or that of an absolute-form target
  Headers& headers;
  BodySource& body;
  Interim* interim = nullptr;  // null: the client knows no interim answers
  const Endpoints& endpoints;
  TimePoint began;       // when the head was complete
  std::uint64_t id = 0;  // unique in this server; sixteen hexadecimal digits in logs

  Bytes path_after_mount() const { return path.substr(mount_size); }
};

// The id as it appears in logs and on error pages.
std::string format_request_id(std::uint64_t id);

}  // namespace coachwhip::http
