// The syntax in which proxies say for whom they ask: the field Forwarded (RFC 7239) and the nodes
// that it and X-Forwarded-For name. Without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.hpp"

namespace coachwhip::http {

// Somebody on the way of a request.
struct Node {
  std::optional<IpAddress> address;  // nullopt: it is not told
  std::string name;                  // the address, "unknown", or what stands for it: "_hidden"
  std::uint16_t port = 0;            // 0: it is not told
};

// RFC 7239 section 6: "192.0.2.1", "[2001:db8::1]:4711", "unknown", "_hidden:_port".
std::optional<Node> parse_node(Bytes text);
// The same, and an IPv6 address without brackets, as X-Forwarded-For has it.
std::optional<Node> parse_plain_node(Bytes text);

// What one proxy says.
struct ForwardedElement {
  std::optional<std::string> by;
  std::optional<std::string> client;  // "for", which C++ keeps to itself
  std::optional<std::string> host;
  std::optional<std::string> proto;
};

// Appends the elements of one field. Names and quotes are checked here, values are not; parameters
// that are not known are left out. Blanks around ';' are allowed, as many proxies write them.
// False: it is malformed.
bool parse_forwarded(Bytes value, std::vector<ForwardedElement>& into);

}  // namespace coachwhip::http
