#include "http/forwarded.hpp"

#include <charconv>

#include "http/characters.hpp"

namespace coachwhip::http {
namespace {

// RFC 7239 section 6.3.
constexpr CharacterSet obfuscated_characters = letters_and_digits.with("._-");

bool is_obfuscated(Bytes text) {
  return text.size() > 1 && text.front() == '_' && obfuscated_characters.has_all(text);
}

// "" or ":4711" or ":_port", of which the last is no number.
bool parse_node_port(Bytes text, std::uint16_t& port) {
  if (text.empty()) return true;
  if (text.front() != ':') return false;
  text.remove_prefix(1);
  if (is_obfuscated(text)) return true;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  return text.size() <= 5 && digits.has_all(text) && result.ec == std::errc{} &&
         result.ptr == text.data() + text.size();
}

std::optional<Node> node_of(Bytes address, Bytes port) {
  Node node{.address = parse_ip_address(address), .name = {}};
  if (!node.address || !parse_node_port(port, node.port)) return std::nullopt;
  node.name = node.address->text();
  return node;
}

// parameter *( ";" parameter ) *( "," … ), where a parameter is token "=" ( token / quoted-string
// ).
class ForwardedReader {
 public:
  explicit ForwardedReader(Bytes text) : rest_(text) {}

  bool read(std::vector<ForwardedElement>& into) {
    for (;;) {
      ForwardedElement element;
      if (!read_element(element)) return false;
      if (!is_empty_) into.push_back(std::move(element));
      if (rest_.empty()) return true;
      rest_.remove_prefix(1);  // the comma
    }
  }

 private:
  // Up to a comma or the end.
  bool read_element(ForwardedElement& element) {
    is_empty_ = true;
    for (;;) {
      skip_blanks();
      if (!is_at_end() && rest_.front() != ';' && !read_parameter(element)) return false;
      skip_blanks();
      if (is_at_end()) return true;
      if (rest_.front() != ';') return false;
      rest_.remove_prefix(1);
    }
  }

  bool read_parameter(ForwardedElement& element) {
    const Bytes name = take(token_characters.span(rest_));
    if (name.empty() || !rest_.starts_with('=')) return false;
    rest_.remove_prefix(1);
    auto value = read_value();
    if (!value) return false;
    is_empty_ = false;
    std::optional<std::string>* const place = place_of(name, element);
    if (place == nullptr) return true;
    if (*place) return false;  // each at most once (section 4)
    *place = std::move(value);
    return true;
  }

  static std::optional<std::string>* place_of(Bytes name, ForwardedElement& element) {
    if (equal_ignoring_case(name, "for")) return &element.client;
    if (equal_ignoring_case(name, "by")) return &element.by;
    if (equal_ignoring_case(name, "host")) return &element.host;
    if (equal_ignoring_case(name, "proto")) return &element.proto;
    return nullptr;
  }

  std::optional<std::string> read_value() {
    if (rest_.starts_with('"')) return read_quoted();
    const Bytes token = take(token_characters.span(rest_));
    if (token.empty()) return std::nullopt;
    return std::string(token);
  }

  // RFC 9110 section 5.6.4.
  std::optional<std::string> read_quoted() {
    std::string value;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == '"') {
        rest_.remove_prefix(at + 1);
        return value;
      }
      if (rest_[at] == '\\') ++at;
      if (at < rest_.size()) value += rest_[at];
    }
    return std::nullopt;
  }

  Bytes take(std::size_t count) {
    const Bytes taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  void skip_blanks() {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }
  bool is_at_end() const { return rest_.empty() || rest_.front() == ','; }

  Bytes rest_;
  bool is_empty_ = true;
};

}  // namespace

std::optional<Node> parse_node(Bytes text) {
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    const Bytes address = text.substr(1, bracket - 1);
    if (bracket == Bytes::npos || address.find(':') == Bytes::npos) return std::nullopt;
    return node_of(address, text.substr(bracket + 1));
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  const Bytes name = text.substr(0, colon);
  const Bytes port = text.substr(colon);
  if (!equal_ignoring_case(name, "unknown") && !is_obfuscated(name)) return node_of(name, port);
  Node node{.address = std::nullopt, .name = is_obfuscated(name) ? std::string(name) : "unknown"};
  if (!parse_node_port(port, node.port)) return std::nullopt;
  return node;
}

std::optional<Node> parse_plain_node(Bytes text) {
  const bool is_v6 = std::ranges::count(text, ':') > 1 && !text.starts_with('[');
  return is_v6 ? node_of(text, {}) : parse_node(text);
}

bool parse_forwarded(Bytes value, std::vector<ForwardedElement>& into) {
  return ForwardedReader(value).read(into);
}

}  // namespace coachwhip::http
