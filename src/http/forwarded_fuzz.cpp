// Any field values: what proxies say is read or refused, and what is read keeps the promises that
// handlers and logs rely on. The input: the name of the field by its first byte, then its value.
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "http/forwarding.hpp"
#include "http/uri.hpp"

using namespace coachwhip;

namespace {

constexpr std::array<Bytes, 6> names{"Forwarded",        "X-Forwarded-For",  "X-Forwarded-Proto",
                                     "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix"};

bool is_known_word(Bytes peer) {
  return peer == "unix" || peer == "unknown" || (peer.starts_with('_') && http::is_token(peer));
}

void check(const http::Forwarding& told) {
  const Bytes peer = told.endpoints.peer_host;
  COACHWHIP_ASSERT(parse_ip_address(peer) || is_known_word(peer));
  COACHWHIP_ASSERT(http::is_peer_address(peer) == parse_ip_address(peer).has_value());
  COACHWHIP_ASSERT(http::is_authority(told.host));
  const Bytes prefix = told.prefix;
  COACHWHIP_ASSERT(prefix.empty() || (prefix.starts_with('/') && !prefix.ends_with('/')));
  COACHWHIP_ASSERT(prefix.find("//") == Bytes::npos && prefix.find("/../") == Bytes::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(reinterpret_cast<const char*>(data), size);
  http::Headers headers;
  headers.add(http::HeaderId::host, "test");
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const Bytes name = names[static_cast<unsigned char>(input.front()) % names.size()];
    const Bytes value = trim(input.substr(1, end > 0 ? end - 1 : 0));
    if (http::is_field_value(value)) headers.add(name, value);
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  http::TrustedProxies trusted;
  trusted.add("10.0.0.0/8");
  trusted.add("unix");
  const http::Endpoints connection{.peer_host = "unix", .server_host = "localhost"};
  const auto told = http::take_forwarding(headers, "test", connection, trusted);
  if (told) check(*told);
  http::remove_forwarding(headers);
  COACHWHIP_ASSERT(headers.size() <= 1);
  return 0;
}
