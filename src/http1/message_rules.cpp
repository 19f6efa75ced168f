#include "http1/message_rules.hpp"

#include <limits>
#include <utility>

#include "http/characters.hpp"
#include "http/uri.hpp"

namespace coachwhip::http1 {

Refusal MessageRules::take(http::HeaderId id, Bytes value, RequestHead& head) {
  switch (id) {
    case http::HeaderId::host:
      return take_host(value);
    case http::HeaderId::content_length:
      return take_content_length(value, head);
    case http::HeaderId::content_type:
      return std::exchange(has_content_type_, true) ? Refusal::several_content_types
                                                    : Refusal::none;
    case http::HeaderId::transfer_encoding:
      return take_transfer_encoding(value, head);
    case http::HeaderId::expect:
      return take_expect(value);
    case http::HeaderId::connection:
      take_connection(value);
      return Refusal::none;
    default:
      return Refusal::none;
  }
}

Refusal MessageRules::finish(RequestHead& head) const {
  const bool is_http10 = head.minor_version == 0;
  if (!has_host_ && !is_http10) return Refusal::missing_host;
  // What does not end with chunked has no length that could be known (RFC 9112 section 6.3).
  if (has_unknown_coding_ && !is_chunked_) return Refusal::bad_transfer_encoding;
  if (is_chunked_ && has_content_length_) return Refusal::two_framings;
  if (has_unknown_coding_) return Refusal::unknown_transfer_coding;

  head.framing = Framing::none;
  if (is_chunked_) head.framing = Framing::chunked;
  if (has_content_length_) head.framing = Framing::length;
  if (!has_content_length_) head.content_length = 0;
  const bool has_content = is_chunked_ || head.content_length > 0;
  // A client of HTTP/1.0 does not know 100 (RFC 9110 section 10.1.1).
  head.expects_continue = expects_continue_ && has_content && !is_http10;
  head.keep_alive = !asks_to_close_ && (!is_http10 || asks_to_keep_alive_);
  return Refusal::none;
}

// An empty host is refused as well: no http URI has one (RFC 9110 section 4.2.1).
Refusal MessageRules::take_host(Bytes value) {
  if (std::exchange(has_host_, true)) return Refusal::several_hosts;
  return http::is_authority(value) ? Refusal::none : Refusal::bad_host;
}

// The bound leaves room to add to a length without overflow.
Refusal MessageRules::take_content_length(Bytes value, RequestHead& head) {
  constexpr std::uint64_t length_max = std::numeric_limits<std::int64_t>::max();
  if (std::exchange(has_content_length_, true)) return Refusal::several_content_lengths;
  if (value.empty() || !http::digits.has_all(value)) return Refusal::bad_content_length;
  std::uint64_t length = 0;
  for (const char c : value) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (length > (length_max - digit) / 10) return Refusal::bad_content_length;
    length = length * 10 + digit;
  }
  head.content_length = length;
  return Refusal::none;
}

// Several fields are one list, and what is empty in a list counts here. Nothing follows "chunked".
Refusal MessageRules::take_transfer_encoding(Bytes value, const RequestHead& head) {
  if (head.minor_version == 0) return Refusal::transfer_encoding_in_http10;
  while (true) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const Bytes coding = trim(value.substr(0, comma));
    if (is_chunked_ || !http::is_token(coding)) return Refusal::bad_transfer_encoding;
    is_chunked_ = equal_ignoring_case(coding, "chunked");
    has_unknown_coding_ |= !is_chunked_;
    if (comma == value.size()) return Refusal::none;
    value.remove_prefix(comma + 1);
  }
}

Refusal MessageRules::take_expect(Bytes value) {
  expects_continue_ = equal_ignoring_case(value, "100-continue");
  return expects_continue_ ? Refusal::none : Refusal::unknown_expectation;
}

void MessageRules::take_connection(Bytes value) {
  http::for_each_member(value, [this](Bytes option) {
    if (equal_ignoring_case(option, "close")) asks_to_close_ = true;
    if (equal_ignoring_case(option, "keep-alive")) asks_to_keep_alive_ = true;
    return true;
  });
}

}  // namespace coachwhip::http1
