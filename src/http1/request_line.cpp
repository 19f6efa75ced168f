#include "http1/request_line.hpp"

#include "http/characters.hpp"
#include "http/uri.hpp"

namespace coachwhip::http1 {
namespace {

// All registered methods are made of these. The other tokens are refused: "get" is GET to some
// servers and an unknown method to others.
constexpr http::CharacterSet method_characters = http::digits.with_range('A', 'Z').with("-_");

// RFC 3986 section 3.3, and what browsers and scripts leave as it is though the RFC wants it
// encoded: none of that means anything in a path. In targets of absolute form this is all up to the
// query.
constexpr http::CharacterSet path_characters = http::unreserved_characters
                                                   .with(http::sub_delimiters)
                                                   .with("%:@/")
                                                   .with("[]{}|^`\"");

// RFC 3986 section 3.4 and the same. A backslash, which browsers send in queries, stays refused in
// paths, where some systems take it for a slash.
constexpr http::CharacterSet query_characters = path_characters.with("?\\");

Refusal parse_version(Bytes text, RequestHead& head) {
  if (text.size() != 8 || !text.starts_with("HTTP/") || text[6] != '.' ||
      !http::digits.has(text[5]) || !http::digits.has(text[7])) {
    return Refusal::bad_version;
  }
  if (text[5] != '1') return Refusal::unsupported_version;
  // A later minor version is spoken to as the highest that is known (RFC 9110 section 2.5).
  head.minor_version = text[7] == '0' ? 0 : 1;
  return Refusal::none;
}

// "http://host:port/path": `text` ends before the query.
Refusal split_absolute_form(Bytes text, RequestHead& head) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const Bytes scheme = text.substr(0, colon);
  head.is_https_target = equal_ignoring_case(scheme, "https");
  Bytes rest = text.substr(colon);
  const bool is_known = head.is_https_target || equal_ignoring_case(scheme, "http");
  if (!is_known || !rest.starts_with("://")) return Refusal::bad_target;
  rest.remove_prefix(3);
  const std::size_t path = std::min(rest.find('/'), rest.size());
  head.host = rest.substr(0, path);
  head.raw_path = path == rest.size() ? Bytes("/") : rest.substr(path);
  return http::is_authority(head.host) ? Refusal::none : Refusal::bad_target;
}

// The four forms of section 3.2; `path_size` bytes of the target precede the query.
Refusal split_target(std::size_t path_size, RequestHead& head) {
  const Bytes before_query = head.target.substr(0, path_size);
  head.host = {};
  head.is_https_target = false;
  head.query = path_size == head.target.size() ? Bytes() : head.target.substr(path_size + 1);
  if (head.method == http::Method::CONNECT) return Refusal::connect_method;
  if (before_query.starts_with('/')) {
    head.raw_path = before_query;
    return Refusal::none;
  }
  if (head.target == "*" && head.method == http::Method::OPTIONS) {
    head.raw_path = head.target;
    return Refusal::none;
  }
  return split_absolute_form(before_query, head);
}

}  // namespace

Refusal parse_request_line(Bytes line, RequestHead& head) {
  const std::size_t method_size = method_characters.span(line);
  if (method_size == 0) return Refusal::bad_request_line;
  if (method_size > method_bytes_max) return Refusal::method_too_long;
  if (method_size == line.size() || line[method_size] != ' ') return Refusal::bad_request_line;
  head.method_text = line.substr(0, method_size);
  head.method = http::find_method(head.method_text);

  const Bytes rest = line.substr(method_size + 1);
  const std::size_t path_size = path_characters.span(rest);
  std::size_t target_size = path_size;
  if (rest.substr(path_size).starts_with('?')) {
    target_size += query_characters.span(rest.substr(path_size));
  }
  if (target_size == rest.size()) return Refusal::bad_request_line;
  if (rest[target_size] != ' ') return Refusal::bad_target_character;
  head.target = rest.substr(0, target_size);

  const Refusal refusal = parse_version(rest.substr(target_size + 1), head);
  return refusal != Refusal::none ? refusal : split_target(path_size, head);
}

}  // namespace coachwhip::http1
