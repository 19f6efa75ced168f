// Any bytes: a PROXY header is read or refused, and no cut changes what comes of it.
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/ip_address.hpp"
#include "net/proxy_header.hpp"

using namespace coachwhip;
using net::ProxyProtocol;

namespace {

void check(Bytes input, ProxyProtocol allowed) {
  const auto whole = net::parse_proxy_header(input, allowed);
  if (whole && !*whole) COACHWHIP_ASSERT(input.size() < net::proxy_header_bytes_max);
  if (whole && *whole) {
    COACHWHIP_ASSERT((*whole)->size <= std::min(input.size(), net::proxy_header_bytes_max));
    const auto& client = (*whole)->client;
    COACHWHIP_ASSERT(!client || client->host == "unix" || parse_ip_address(client->host));
  }
  for (std::size_t size = 0; size < std::min<std::size_t>(input.size(), 300); ++size) {
    const auto part = net::parse_proxy_header(input.substr(0, size), allowed);
    if (part && !*part) continue;
    COACHWHIP_ASSERT(part.has_value() == whole.has_value());
    COACHWHIP_ASSERT(!part || (*part)->size == (*whole)->size);
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const char*>(data), size);
  for (const auto allowed : {ProxyProtocol::v1, ProxyProtocol::v2, ProxyProtocol::any}) {
    check(input, allowed);
  }
  return 0;
}
