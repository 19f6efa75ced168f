#include "http1/response_writer.hpp"

#include <array>
#include <charconv>
#include <string>

namespace coachwhip::http1 {
namespace {

using http::HeaderId;

void append_number(Buffer& out, std::uint64_t number, int base = 10) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void append_status_line(Buffer& out, const http::Response& response) {
  if (response.reason.empty() || response.reason == http::reason(response.status)) {
    if (const Bytes line = http::status_line(response.status); !line.empty()) {
      return out.append(line);
    }
  }
  out.append("HTTP/1.1 ");
  append_number(out, response.status);
  out.append(" ");
  out.append(response.reason);
  out.append("\r\n");
}

WrittenHead choose_framing(const http::Response& response, ResponseFrame& frame,
                           std::optional<std::uint64_t> length) {
  if (frame.method == http::Method::HEAD || http::never_has_content(response.status)) {
    return {BodyFraming::none};
  }
  if (length) return {BodyFraming::length, *length};
  if (frame.minor_version >= 1) return {BodyFraming::chunked};
  frame.keep_alive = false;
  return {BodyFraming::close};
}

// The length to state, if any. That of an answer to HEAD is what GET would get, and may be unknown;
// that of a 304 is the one of a 200 that nobody has made (RFC 9110 section 8.6). A 205 has to say
// that it is empty (section 15.3.6).
std::optional<std::uint64_t> stated_length(const http::Response& response, http::Method method) {
  if (response.status == http::status::reset_content) return 0;
  if (http::never_has_content(response.status)) return std::nullopt;
  const bool has_body = !std::holds_alternative<std::monostate>(response.body);
  const bool is_told = response.content_length || method == http::Method::HEAD;
  return !has_body && is_told ? response.content_length : http::length(response.body);
}

// Whoever says Upgrade says that it concerns this connection (RFC 9110 section 7.8).
void append_connection(Buffer& out, const http::Response& response, const ResponseFrame& frame) {
  const Bytes option = !frame.keep_alive          ? "close"
                       : frame.minor_version == 0 ? "keep-alive"
                                                  : Bytes();
  const bool offers_upgrade = response.status == http::status::upgrade_required &&
                              response.headers.find(HeaderId::upgrade);
  if (option.empty() && !offers_upgrade) return;
  out.append("Connection: ");
  out.append(option);
  if (offers_upgrade) out.append(option.empty() ? "upgrade" : ", upgrade");
  out.append("\r\n");
}

}  // namespace

WrittenHead write_head(Buffer& out, const http::Response& response, ResponseFrame& frame,
                       Bytes date) {
  const auto length = stated_length(response, frame.method);
  const WrittenHead head = choose_framing(response, frame, length);
  append_status_line(out, response);
  out.append(response.headers.block());
  if (!response.headers.find(HeaderId::server)) out.append("Server: coachwhip\r\n");
  if (!response.headers.find(HeaderId::date)) {
    out.append("Date: ");
    out.append(date);
    out.append("\r\n");
  }
  if (length) {
    out.append("Content-Length: ");
    append_number(out, *length);
    out.append("\r\n");
  }
  if (head.framing == BodyFraming::chunked) out.append("Transfer-Encoding: chunked\r\n");
  append_connection(out, response, frame);
  out.append("\r\n");
  return head;
}

void write_interim(Buffer& out, http::Status status, const http::Headers& fields) {
  out.append(http::status_line(status));
  out.append(fields.block());
  out.append("\r\n");
}

void write_chunk_size(Buffer& out, std::uint64_t size) {
  append_number(out, size, 16);
  out.append("\r\n");
}

}  // namespace coachwhip::http1
