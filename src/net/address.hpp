// Address: where to listen, and who is at the other end, as text and as the kernel wants it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include "base/error.hpp"
#include "base/ip_address.hpp"

namespace coachwhip::net {

// Who is at the other end of a connection. For a unix socket: host "unix", port 0.
struct Peer {
  std::string host;  // an IPv4 or IPv6 address without brackets; an IPv4-mapped one as plain IPv4
  std::uint16_t port = 0;
  bool is_announced = false;  // a PROXY header was read from the connection, which has one at most
};

Peer peer_of(const sockaddr_storage& address);
// nullopt: it is that of a unix socket.
std::optional<IpAddress> ip_of(const sockaddr_storage& address);

// A place to listen, as a user writes it.
struct BindAddress {
  enum class Kind : std::uint8_t { inet, unix_path, inherited_fd };
  Kind kind = Kind::inet;
  std::string host;        // inet: name or address without brackets; empty: every address
  std::uint16_t port = 0;  // inet: 0 lets the kernel choose
  std::string path;        // unix_path; a leading '@' means an abstract name
  int fd = -1;             // inherited_fd
  std::string text;        // as written
};

// "host:port", "[v6]:port", ":port", "unix:path" or "fd://3".
Result<BindAddress> parse_bind_address(std::string_view text);

}  // namespace coachwhip::net
