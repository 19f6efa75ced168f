// TrustedProxies: the peers whose word about a client is taken.
#pragma once

#include <vector>

#include "base/ip_address.hpp"

namespace coachwhip::http {

class TrustedProxies {
 public:
  // An address, a network as in "10.0.0.0/8", or "unix" for whoever comes by a unix socket. False:
  // it is none of these.
  bool add(Bytes text);

  const std::vector<IpNetwork>& networks() const { return networks_; }
  bool empty() const { return networks_.empty() && !has_unix_; }
  bool trusts(const IpAddress& address) const;
  // `peer` as in Endpoints.
  bool trusts(Bytes peer) const;

 private:
  std::vector<IpNetwork> networks_;
  bool has_unix_ = false;
};

}  // namespace coachwhip::http
