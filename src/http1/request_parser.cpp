#include "http1/request_parser.hpp"

#include <limits>
#include <utility>

#include "http/characters.hpp"
#include "http/forwarding.hpp"
#include "http1/request_line.hpp"
#include "http1/scan.hpp"

namespace coachwhip::http1 {
namespace {

// Names the authority of an absolute target and that of Host the same? Either may leave out the
// port that its scheme has anyway.
bool is_same_host(Bytes target, Bytes host, bool is_https) {
  const Bytes usual_port = is_https ? ":443" : ":80";
  for (Bytes* const authority : {&target, &host}) {
    if (authority->ends_with(usual_port)) authority->remove_suffix(usual_port.size());
  }
  return equal_ignoring_case(target, host);
}

}  // namespace

Result<std::optional<std::size_t>> RequestParser::parse(Bytes input) {
  while (progress_.stage != Stage::complete) {
    std::optional<Bytes> line;
    Refusal refusal = find_line(input, line);
    if (line) refusal = take_line(input, *line);
    if (refusal != Refusal::none) return refuse(refusal);
    if (!line) return std::nullopt;
  }
  return progress_.line_begin;
}

void RequestParser::reset() {
  head_.headers.clear();
  head_.has_forwarding = false;
  progress_ = {};
  progress_.line_end_max = limits_.request_line_bytes_max;
}

// Looks for the end of the line that is being read, no further than the limits allow. No line and
// no refusal: more input is needed.
Refusal RequestParser::find_line(Bytes input, std::optional<Bytes>& line) {
  if (progress_.line_begin > progress_.line_end_max) return line_too_long(input);
  const char* const stop = input.data() + std::min(input.size(), progress_.line_end_max + 1);
  const char* const end = find_control(input.data() + progress_.scanned, stop);
  progress_.scanned = static_cast<std::size_t>(end - input.data());
  if (end == stop) {
    return progress_.scanned > progress_.line_end_max ? line_too_long(input) : Refusal::none;
  }
  if (*end == '\n') return Refusal::bare_line_feed;
  if (*end != '\r') return Refusal::control_byte;
  if (progress_.scanned + 1 == input.size()) return Refusal::none;
  if (end[1] != '\n') return Refusal::bare_carriage_return;
  line = input.substr(progress_.line_begin, progress_.scanned - progress_.line_begin);
  return Refusal::none;
}

Refusal RequestParser::line_too_long(Bytes input) const {
  if (progress_.stage == Stage::fields) return Refusal::fields_too_large;
  const Bytes method = input.substr(progress_.line_begin, method_bytes_max + 1);
  return method.find(' ') == Bytes::npos ? Refusal::method_too_long : Refusal::target_too_long;
}

Refusal RequestParser::take_line(Bytes input, Bytes line) {
  Refusal refusal = Refusal::none;
  if (progress_.stage == Stage::request_line) {
    refusal = take_first_line(input, line);
  } else {
    refusal = line.empty() ? finish(input) : take_field(line);
  }
  progress_.line_begin += line.size() + 2;
  progress_.scanned = progress_.line_begin;
  return refusal;
}

// Clients of old send an empty line after a body that it does not belong to (RFC 9112 section 2.2).
Refusal RequestParser::take_first_line(Bytes input, Bytes line) {
  if (line.empty()) {
    progress_.line_end_max += 2;
    return std::exchange(progress_.has_empty_line, true) ? Refusal::several_empty_lines
                                                         : Refusal::none;
  }
  progress_.stage = Stage::fields;
  progress_.request_line = progress_.line_begin;
  progress_.fields = progress_.line_begin + line.size() + 2;
  progress_.line_end_max = progress_.fields + limits_.header_bytes_max;
  progress_.origin = input.data();
  return parse_request_line(line, head_);
}

Refusal RequestParser::take_field(Bytes line) {
  const std::size_t name_size = find_colon(line);
  const Bytes name = line.substr(0, name_size);
  const http::HeaderId id = http::find_header_id(name);
  // The names that are known are tokens.
  const bool is_name = id != http::HeaderId::other || http::is_token(name);
  if (!is_name || name_size == line.size()) {
    const bool is_folded = line.front() == ' ' || line.front() == '\t';
    return is_folded ? Refusal::folded_field : Refusal::bad_field_name;
  }
  if (name_size > std::numeric_limits<std::uint16_t>::max()) return Refusal::fields_too_large;
  if (head_.headers.size() >= limits_.header_fields_max) return Refusal::too_many_fields;

  const Bytes value = trim(line.substr(name_size + 1));
  const std::size_t begin = progress_.line_begin - progress_.fields;
  const auto value_offset = static_cast<std::size_t>(value.data() - line.data());
  head_.headers.add_place(
      {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + value_offset),
       static_cast<std::uint32_t>(value.size()), static_cast<std::uint16_t>(name_size), id});
  if (id == http::HeaderId::other && http::is_forwarding_field(name)) head_.has_forwarding = true;
  return progress_.rules.take(id, value, head_);
}

Refusal RequestParser::finish(Bytes input) {
  progress_.stage = Stage::complete;
  // The views of the request line point to where the input was.
  if (progress_.origin != input.data()) {
    const std::size_t size = progress_.fields - 2 - progress_.request_line;
    parse_request_line(input.substr(progress_.request_line, size), head_);
  }
  head_.headers.borrow(input.substr(progress_.fields, progress_.line_begin - progress_.fields));
  const Refusal refusal = take_host();
  return refusal != Refusal::none ? refusal : progress_.rules.finish(head_);
}

// The host of the target is the one that counts (RFC 9112 section 3.2.2). A client sends the same
// in Host. Whoever does not wants one of those who read the message to believe the one, and another
// to believe the other.
Refusal RequestParser::take_host() {
  const Bytes host = head_.headers.find(http::HeaderId::host).value_or(Bytes());
  if (head_.host.empty()) {
    head_.host = host;
  } else if (host != head_.host) {
    if (!host.empty() && !is_same_host(head_.host, host, head_.is_https_target)) {
      return Refusal::two_hosts;
    }
    head_.headers.keep_if([](const http::Field& f) { return f.id != http::HeaderId::host; });
    head_.headers.add(http::HeaderId::host, head_.host);
  }
  return Refusal::none;
}

}  // namespace coachwhip::http1
