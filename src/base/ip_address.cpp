#include "base/ip_address.hpp"

#include <arpa/inet.h>
#include <charconv>

namespace coachwhip {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned mapped_bits = 96;

bool is_set(const IpAddress& address, unsigned bit) {
  return (address.octets[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

std::optional<unsigned> parse_bits(Bytes text, unsigned max) {
  unsigned bits = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), bits);
  const bool is_number = result.ec == std::errc{} && result.ptr == text.data() + text.size();
  if (!is_number || bits > max) return std::nullopt;
  return bits;
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), octets.begin());
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> written{};
  if (is_v4()) {
    ::inet_ntop(AF_INET, &octets[mapped_prefix.size()], written.data(), written.size());
  } else {
    ::inet_ntop(AF_INET6, octets.data(), written.data(), written.size());
  }
  return written.data();
}

IpAddress ip_address_of(Bytes octets) {
  IpAddress address;
  std::size_t at = 0;
  if (octets.size() == 4) {
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.octets.begin());
    at = mapped_prefix.size();
  }
  for (const char c : octets.substr(0, address.octets.size() - at)) {
    address.octets[at++] = static_cast<std::uint8_t>(c);
  }
  return address;
}

std::optional<IpAddress> parse_ip_address(Bytes text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != Bytes::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  std::array<char, 16> octets{};
  if (::inet_pton(AF_INET, terminated.data(), octets.data()) == 1) {
    return ip_address_of({octets.data(), 4});
  }
  if (::inet_pton(AF_INET6, terminated.data(), octets.data()) == 1) {
    return ip_address_of({octets.data(), octets.size()});
  }
  return std::nullopt;
}

bool IpNetwork::holds(const IpAddress& address) const {
  if (address.is_v4() != first.is_v4()) return false;
  const unsigned whole = bits / 8;
  if (!std::equal(first.octets.begin(), first.octets.begin() + whole, address.octets.begin())) {
    return false;
  }
  return bits % 8 == 0 || (first.octets[whole] ^ address.octets[whole]) >> (8 - bits % 8) == 0;
}

std::optional<IpNetwork> parse_ip_network(Bytes text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpNetwork network{.first = *address};
  if (slash == text.size()) return network;
  const bool is_dotted = text.find(':') == Bytes::npos;
  const auto bits = parse_bits(text.substr(slash + 1), is_dotted ? 32 : 128);
  if (!bits) return std::nullopt;
  network.bits = *bits + (is_dotted ? mapped_bits : 0);
  if (address->is_v4() && network.bits < mapped_bits) return std::nullopt;
  for (unsigned bit = network.bits; bit < 128; ++bit) {
    if (is_set(*address, bit)) return std::nullopt;
  }
  return network;
}

}  // namespace coachwhip
