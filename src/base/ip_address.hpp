// IpAddress and IpNetwork: IPv4 and IPv6 addresses as numbers that can be compared.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace coachwhip {

// An IPv4 address stands as its IPv6-mapped form, and one that came as such is taken for IPv4.
struct IpAddress {
  std::array<std::uint8_t, 16> octets{};

  bool is_v4() const;
  // As the kernel writes it; no brackets.
  std::string text() const;
  bool operator==(const IpAddress&) const = default;
};

// From 4 or 16 octets in network order.
IpAddress ip_address_of(Bytes octets);
// "192.0.2.1" or "2001:db8::1"; neither brackets, nor ports, nor zones.
std::optional<IpAddress> parse_ip_address(Bytes text);

// All addresses that begin with the same bits. Those of IPv4 are in no network of IPv6.
struct IpNetwork {
  IpAddress first;
  unsigned bits = 128;  // of all 128, also for IPv4

  bool holds(const IpAddress& address) const;
};

// An address, or "10.0.0.0/8"; nullopt too if a bit behind the prefix is set, which is a mistake.
std::optional<IpNetwork> parse_ip_network(Bytes text);

}  // namespace coachwhip
