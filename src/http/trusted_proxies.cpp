#include "http/trusted_proxies.hpp"

#include <algorithm>

namespace coachwhip::http {

bool TrustedProxies::add(Bytes text) {
  if (text == "unix") return has_unix_ = true;
  const auto network = parse_ip_network(text);
  if (network) networks_.push_back(*network);
  return network.has_value();
}

bool TrustedProxies::trusts(const IpAddress& address) const {
  return std::ranges::any_of(networks_,
                             [&](const IpNetwork& network) { return network.holds(address); });
}

bool TrustedProxies::trusts(Bytes peer) const {
  if (peer == "unix") return has_unix_;
  const auto address = parse_ip_address(peer);
  return address && trusts(*address);
}

}  // namespace coachwhip::http
