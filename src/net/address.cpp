#include "net/address.hpp"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>

namespace coachwhip::net {
namespace {

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

std::unexpected<Error> bad_bind(std::string_view text, std::string_view why) {
  return fail(ErrorKind::bad_input, 0,
              "bad address '" + std::string(text) + "': " + std::string(why) +
                  "; write host:port, [v6]:port, unix:path or fd://number");
}

}  // namespace

Peer peer_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return {.host = text.data(), .port = ntohs(v4.sin_port)};
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text.data(), text.size());
    } else {
      ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    }
    return {.host = text.data(), .port = ntohs(v6.sin6_port)};
  }
  return {.host = "unix"};
}

std::optional<IpAddress> ip_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    const in_addr& v4 = reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    return ip_address_of({reinterpret_cast<const char*>(&v4), sizeof v4});
  }
  if (address.ss_family == AF_INET6) {
    const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    return ip_address_of({reinterpret_cast<const char*>(&v6), sizeof v6});
  }
  return std::nullopt;
}

Result<BindAddress> parse_bind_address(std::string_view text) {
  BindAddress address;
  address.text = text;
  if (text.starts_with("unix:")) {
    address.kind = BindAddress::Kind::unix_path;
    address.path = text.substr(5);
    if (address.path.empty() || address.path == "@") return bad_bind(text, "the path is empty");
    return address;
  }
  if (text.starts_with("fd://")) {
    address.kind = BindAddress::Kind::inherited_fd;
    if (!parse_number(text.substr(5), address.fd) || address.fd < 0) {
      return bad_bind(text, "the descriptor is not a number");
    }
    return address;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_bind(text, "the port is missing");
  if (!parse_number(text.substr(colon + 1), address.port)) {
    return bad_bind(text, "the port is not a number from 0 to 65535");
  }
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') != host.ends_with(']')) return bad_bind(text, "a bracket is missing");
  if (host.starts_with('[')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return bad_bind(text, "an IPv6 address is written in brackets");
  }
  address.host = host;
  return address;
}

}  // namespace coachwhip::net
