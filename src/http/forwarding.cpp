#include "http/forwarding.hpp"

#include <charconv>
#include <vector>

#include "http/characters.hpp"
#include "http/forwarded.hpp"
#include "http/uri.hpp"

namespace coachwhip::http {
namespace {

// RFC 3986 section 3.3.
constexpr CharacterSet prefix_characters = unreserved_characters.with(sub_delimiters).with("%:@/");

std::unexpected<Error> malformed(const char* what) {
  return fail(ErrorKind::bad_input, 400, std::string("malformed ") + what);
}

// The words of the proxies about the client, as they stand in the fields.
struct Words {
  std::optional<Node> client;  // nullopt: it is the peer
  std::optional<std::string> proto;
  std::optional<std::string> host;
  std::optional<std::string> port;
  std::optional<std::string> prefix;
};

// The members of all fields of a name, in their order.
std::vector<Bytes> members_of(const Headers& headers, Bytes name) {
  std::vector<Bytes> members;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const Field field = headers[i];
    if (field.id != HeaderId::other || !equal_ignoring_case(field.name, name)) continue;
    for_each_member(field.value, [&](Bytes member) {
      members.push_back(member);
      return true;
    });
  }
  return members;
}

bool has_field(const Headers& headers, Bytes name) { return headers.find(name).has_value(); }

bool has_plain_fields(const Headers& headers) {
  for (const Bytes name : {"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
                           "X-Forwarded-Port", "X-Forwarded-Prefix"}) {
    if (has_field(headers, name)) return true;
  }
  return false;
}

bool is_trusted(const Node& node, const TrustedProxies& trusted) {
  return node.address && trusted.trusts(*node.address);
}

// Of a list that each proxy adds to, the member that stands as far from the right as the client
// does; the first if fewer proxies have added to it than to X-Forwarded-For.
std::optional<std::string> pick(const Headers& headers, Bytes name, std::size_t from_right) {
  const std::vector<Bytes> members = members_of(headers, name);
  if (members.empty()) return std::nullopt;
  return std::string(members[members.size() - 1 - std::min(from_right, members.size() - 1)]);
}

Result<Words> read_plain_fields(const Headers& headers, const TrustedProxies& trusted) {
  Words words;
  const std::vector<Bytes> chain = members_of(headers, "X-Forwarded-For");
  std::size_t from_right = 0;
  for (; from_right < chain.size(); ++from_right) {
    words.client = parse_plain_node(chain[chain.size() - 1 - from_right]);
    if (!words.client) return malformed("X-Forwarded-For");
    if (!is_trusted(*words.client, trusted)) break;
  }
  // All are trusted: the first is the client.
  if (from_right != 0 && from_right == chain.size()) --from_right;
  words.proto = pick(headers, "X-Forwarded-Proto", from_right);
  words.host = pick(headers, "X-Forwarded-Host", from_right);
  words.port = pick(headers, "X-Forwarded-Port", from_right);
  words.prefix = pick(headers, "X-Forwarded-Prefix", from_right);
  return words;
}

Result<Words> read_forwarded(const Headers& headers, const TrustedProxies& trusted) {
  std::vector<ForwardedElement> chain;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const Field field = headers[i];
    if (!equal_ignoring_case(field.name, "Forwarded")) continue;
    if (!parse_forwarded(field.value, chain)) return malformed("Forwarded");
  }
  Words words;
  while (!chain.empty()) {
    ForwardedElement element = std::move(chain.back());
    chain.pop_back();
    if (element.by && !parse_node(*element.by)) return malformed("Forwarded: by");
    words.proto = std::move(element.proto);
    words.host = std::move(element.host);
    // Who asked this proxy is not told: then the proxy is all that is known.
    if (!element.client) break;
    words.client = parse_node(*element.client);
    if (!words.client) return malformed("Forwarded: for");
    if (!is_trusted(*words.client, trusted)) break;
  }
  return words;
}

// Is it that of HTTP over TLS? A WebSocket's scheme names the same.
std::optional<bool> parse_proto(Bytes text) {
  for (const Bytes plain : {"http", "ws"}) {
    if (equal_ignoring_case(text, plain)) return false;
  }
  for (const Bytes secure : {"https", "wss"}) {
    if (equal_ignoring_case(text, secure)) return true;
  }
  return std::nullopt;
}

std::optional<std::uint16_t> parse_port(Bytes text) {
  std::uint16_t port = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_number = result.ec == std::errc{} && result.ptr == text.data() + text.size();
  if (!is_number || port == 0) return std::nullopt;
  return port;
}

// Cuts ":port" off from an authority; empty if there is none.
Bytes cut_port(Bytes& host) {
  const std::size_t colon = host.rfind(':');
  if (colon == Bytes::npos || host.find(']', colon) != Bytes::npos) return {};
  const Bytes port = host.substr(colon + 1);
  host = host.substr(0, colon);
  return port;
}

// An application puts it before its links: it must neither leave the site nor end the path.
Result<std::string> read_prefix(Bytes text) {
  std::string storage;
  const bool is_path = prefix_characters.has_all(text) && text.find("//") == Bytes::npos;
  const Result<Bytes> decoded = is_path ? decode_path(text, storage) : malformed("");
  if (!decoded || decoded->find("//") != Bytes::npos) return malformed("X-Forwarded-Prefix");
  Bytes prefix = *decoded;
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  return std::string(prefix);
}

// As soon as a proxy says how it was reached, the server's name and port are those of the client's
// Host, which a told port becomes part of.
Result<void> set_server(Forwarding& into, const Words& words) {
  Endpoints& endpoints = into.endpoints;
  if (words.proto) {
    const auto is_secure = parse_proto(*words.proto);
    if (!is_secure) return malformed("scheme of a proxy: http and https are known");
    endpoints.is_tls = *is_secure;
  }
  if (words.host) {
    if (!is_authority(*words.host)) return malformed("host of a proxy");
    into.host = *words.host;
  }
  const std::uint16_t usual_port = endpoints.is_tls ? 443 : 80;
  Bytes name = into.host;
  std::uint16_t port = parse_port(cut_port(name)).value_or(usual_port);
  if (words.port) {
    const auto told = parse_port(*words.port);
    if (!told) return malformed("X-Forwarded-Port");
    port = *told;
  }
  if (name.empty() || !(words.proto || words.host || words.port)) return {};
  endpoints.server_host = name;
  endpoints.server_port = port;
  if (words.port) {
    into.host = endpoints.server_host;
    if (port != usual_port) into.host.append(":").append(std::to_string(port));
  }
  return {};
}

void set_host(Headers& headers, Bytes host, bool keeps_forwarded) {
  headers.keep_if([=](const Field& field) {
    return field.id != HeaderId::host &&
           (keeps_forwarded || !equal_ignoring_case(field.name, "Forwarded"));
  });
  if (!host.empty()) headers.add(HeaderId::host, host);
}

}  // namespace

void remove_forwarding(Headers& headers) {
  headers.keep_if([](const Field& field) { return !is_forwarding_field(field.name); });
}

Result<Forwarding> take_forwarding(Headers& headers, Bytes host, const Endpoints& connection,
                                   const TrustedProxies& trusted) {
  const bool is_plain = has_plain_fields(headers);
  Result<Words> words = is_plain ? read_plain_fields(headers, trusted)
                                 : read_forwarded(headers, trusted);
  if (!words) return pass(std::move(words.error()));
  Forwarding made{.endpoints = connection, .host = std::string(host), .prefix = {}};
  if (words->client) {
    made.endpoints.peer_host = words->client->name;
    made.endpoints.peer_port = words->client->port;
  }
  auto set = set_server(made, *words);
  if (!set) return pass(std::move(set.error()));
  if (words->prefix) {
    auto prefix = read_prefix(*words->prefix);
    if (!prefix) return pass(std::move(prefix.error()));
    made.prefix = std::move(*prefix);
  }
  const bool has_both = is_plain && has_field(headers, "Forwarded");
  if (made.host != host || has_both) set_host(headers, made.host, !has_both);
  return made;
}

}  // namespace coachwhip::http
