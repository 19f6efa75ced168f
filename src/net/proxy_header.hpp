// The PROXY protocol, versions 1 and 2: what a balancer writes before the first byte of a client,
// to say who that is. A parser without I/O.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "net/address.hpp"

namespace coachwhip::net {

enum class ProxyProtocol : std::uint8_t { off, v1, v2, any };

// A whole header is no longer; the protocol allows 64 KiB, and what is sent is far less.
inline constexpr std::size_t proxy_header_bytes_max = 4096;

struct ProxyHeader {
  std::size_t size = 0;  // the client's own bytes come after it
  // nullopt: the balancer speaks for itself (LOCAL), or says nothing (UNKNOWN, UNSPEC).
  std::optional<Peer> client;
};

// `input` starts at the first byte of the connection. nullopt: more is needed; never once
// proxy_header_bytes_max are there. Errors (bad_input): what is wrong. What cannot become a header
// of the allowed versions any more is an error at its first wrong byte or soon after.
Result<std::optional<ProxyHeader>> parse_proxy_header(Bytes input, ProxyProtocol allowed);

}  // namespace coachwhip::net
