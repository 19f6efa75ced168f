#include "http/uri.hpp"

#include <arpa/inet.h>
#include <array>

#include "http/characters.hpp"

namespace coachwhip::http {
namespace {

constexpr CharacterSet path_characters = unreserved_characters.with("/");

// What a registered name (RFC 3986 section 3.2.2) may hold, but for '%' and ',': an encoded name
// and a list of names could each be read in two ways, and no client sends them.
constexpr CharacterSet host_characters = unreserved_characters.with("!$&'()*+;=");

std::unexpected<Error> bad_path(const char* reason) {
  return fail(ErrorKind::bad_input, 400, reason);
}

// Appends `raw` to `decoded`; false if an escape is malformed.
bool append_decoded(Bytes raw, std::string& decoded) {
  while (true) {
    const std::size_t percent = raw.find('%');
    decoded.append(raw.substr(0, percent));
    if (percent == Bytes::npos) return true;
    raw.remove_prefix(percent + 1);
    if (raw.size() < 2) return false;
    const int high = hex_value(raw[0]);
    const int low = hex_value(raw[1]);
    if (high < 0 || low < 0) return false;
    decoded += static_cast<char>(high * 16 + low);
    raw.remove_prefix(2);
  }
}

// RFC 3986 section 5.2.4, in place: what is kept only ever moves towards the front.
void resolve_dot_segments(std::string& path) {
  std::size_t kept = 0;
  for (std::size_t begin = 0, end = 0; begin < path.size(); begin = end) {
    end = std::min(path.find('/', begin + 1), path.size());
    const Bytes segment = Bytes(path).substr(begin + 1, end - begin - 1);
    const bool is_parent = segment == "..";
    if (!is_parent && segment != ".") {
      path.replace(kept, end - begin, path, begin, end - begin);
      kept += end - begin;
      continue;
    }
    if (is_parent && kept > 0) kept = path.rfind('/', kept - 1);
    if (end == path.size()) path[kept++] = '/';
  }
  path.resize(kept);
}

bool is_ipv6_address(Bytes text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return false;
  std::copy(text.begin(), text.end(), terminated.begin());
  in6_addr address;
  return inet_pton(AF_INET6, terminated.data(), &address) == 1;
}

bool is_port(Bytes text) {
  unsigned number = 0;
  if (text.size() > 5 || !digits.has_all(text)) return false;
  for (const char c : text) number = number * 10 + static_cast<unsigned>(c - '0');
  return number <= 65535;
}

}  // namespace

Result<Bytes> decode_path(Bytes raw, std::string& storage) {
  if (!raw.starts_with('/')) return bad_path("the path does not begin with '/'");
  const bool has_escape = raw.find('%') != Bytes::npos;
  if (!has_escape && raw.find("/.") == Bytes::npos) return raw;

  storage.clear();
  if (!append_decoded(raw, storage)) return bad_path("the path has a bad percent escape");
  if (storage.find('\0') != std::string::npos) return bad_path("the path has an encoded NUL");
  resolve_dot_segments(storage);
  return Bytes(storage);
}

std::string encode_path(Bytes path) {
  constexpr Bytes hex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(path.size());
  for (const char c : path) {
    if (path_characters.has(c)) {
      encoded += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    encoded.append({'%', hex[octet >> 4], hex[octet & 0xf]});
  }
  return encoded;
}

bool is_authority(Bytes text) {
  std::size_t host_size = 0;
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == Bytes::npos || !is_ipv6_address(text.substr(1, bracket - 1))) return false;
    host_size = bracket + 1;
  } else {
    host_size = host_characters.span(text);
  }
  if (host_size == 0) return false;
  const Bytes rest = text.substr(host_size);
  return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

}  // namespace coachwhip::http
