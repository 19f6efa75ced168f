#include "net/proxy_header.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "base/ip_address.hpp"

namespace coachwhip::net {
namespace {

using Parsed = Result<std::optional<ProxyHeader>>;

constexpr Bytes v1_start = "PROXY ";
constexpr std::size_t v1_bytes_max = 107;
constexpr Bytes v2_start("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t v2_fixed_bytes = 16;

std::unexpected<Error> wrong(const char* what) { return fail(ErrorKind::bad_input, 0, what); }

bool may_become(Bytes input, Bytes start) {
  return input.substr(0, start.size()) == start.substr(0, input.size());
}

// Up to the next space, which is taken too.
Bytes next_word(Bytes& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const Bytes word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

std::optional<std::uint16_t> parse_port(Bytes text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  std::uint16_t port = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  return port;
}

// "TCP4 192.0.2.1 192.0.2.2 56324 443", "TCP6 …" or "UNKNOWN …".
Result<std::optional<Peer>> read_line(Bytes line) {
  const Bytes family = next_word(line);
  if (family == "UNKNOWN") return std::nullopt;
  if (family != "TCP4" && family != "TCP6") return wrong("its line names no known protocol");
  const bool wants_colon = family == "TCP6";
  std::array<std::optional<IpAddress>, 2> addresses;
  for (auto& address : addresses) {
    const Bytes word = next_word(line);
    address = parse_ip_address(word);
    if (!address || (word.find(':') != Bytes::npos) != wants_colon) {
      return wrong("its line has a malformed address");
    }
  }
  const auto source = parse_port(next_word(line));
  const auto destination = parse_port(line);
  if (!source || !destination) return wrong("its line has a malformed port");
  return Peer{.host = addresses[0]->text(), .port = *source};
}

Parsed parse_v1(Bytes input) {
  const Bytes most = input.substr(0, v1_bytes_max);
  const std::size_t end = most.find_first_of("\r\n");
  if (end == Bytes::npos) {
    if (most.size() == v1_bytes_max) return wrong("its line is too long");
    return std::nullopt;
  }
  if (most[end] != '\r' || end + 1 == v1_bytes_max) return wrong("its line has no CRLF");
  if (end + 1 == most.size()) return std::nullopt;
  if (most[end + 1] != '\n') return wrong("its line has no CRLF");
  auto client = read_line(most.substr(v1_start.size(), end - v1_start.size()));
  if (!client) return pass(std::move(client.error()));
  return ProxyHeader{.size = end + 2, .client = std::move(*client)};
}

std::size_t number(Bytes input, std::size_t at) {
  return std::size_t{static_cast<std::uint8_t>(input[at])} << 8 |
         static_cast<std::uint8_t>(input[at + 1]);
}

Peer ip_peer(Bytes block, std::size_t address_bytes) {
  return {.host = ip_address_of(block.substr(0, address_bytes)).text(),
          .port = static_cast<std::uint16_t>(number(block, 2 * address_bytes))};
}

// Further facts about the connection: type, length and value each. None is used.
bool are_well_formed(Bytes extensions) {
  constexpr std::size_t head = 3;
  while (!extensions.empty()) {
    if (extensions.size() < head || number(extensions, 1) > extensions.size() - head) return false;
    extensions.remove_prefix(head + number(extensions, 1));
  }
  return true;
}

Result<std::optional<Peer>> read_block(std::uint8_t family, Bytes block) {
  constexpr std::size_t v4 = 4;
  constexpr std::size_t v6 = 16;
  constexpr std::size_t path = 108;
  std::size_t address_bytes = 0;
  std::size_t size = 0;  // of both addresses, and of their ports
  switch (family) {
    case 0x00:
      return std::nullopt;
    case 0x11:
      address_bytes = v4;
      size = 2 * v4 + 4;
      break;
    case 0x21:
      address_bytes = v6;
      size = 2 * v6 + 4;
      break;
    case 0x31:
      size = 2 * path;
      break;
    default:
      return wrong("its family is not that of a stream");
  }
  if (block.size() < size) return wrong("its addresses are cut short");
  if (!are_well_formed(block.substr(size))) return wrong("its extensions are malformed");
  return address_bytes == 0 ? Peer{.host = "unix"} : ip_peer(block, address_bytes);
}

Parsed parse_v2(Bytes input) {
  const std::size_t start = v2_start.size();
  if (input.size() <= start) return std::nullopt;
  const auto version_and_command = static_cast<std::uint8_t>(input[start]);
  const bool is_local = version_and_command == 0x20;
  if (!is_local && version_and_command != 0x21) return wrong("its version or command is unknown");
  if (input.size() < v2_fixed_bytes) return std::nullopt;
  const std::size_t length = number(input, start + 2);
  if (length > proxy_header_bytes_max - v2_fixed_bytes) return wrong("it is too long");
  if (input.size() - v2_fixed_bytes < length) return std::nullopt;
  ProxyHeader header{.size = v2_fixed_bytes + length, .client = std::nullopt};
  if (is_local) return header;  // whatever it says of addresses, they are not a client's
  auto client = read_block(static_cast<std::uint8_t>(input[start + 1]),
                           input.substr(v2_fixed_bytes, length));
  if (!client) return pass(std::move(client.error()));
  header.client = std::move(*client);
  return header;
}

}  // namespace

Parsed parse_proxy_header(Bytes input, ProxyProtocol allowed) {
  if (allowed != ProxyProtocol::v2 && may_become(input, v1_start)) {
    return input.size() < v1_start.size() ? Parsed(std::nullopt) : parse_v1(input);
  }
  if (allowed != ProxyProtocol::v1 && may_become(input, v2_start)) return parse_v2(input);
  return wrong("the connection does not begin with one");
}

}  // namespace coachwhip::net
