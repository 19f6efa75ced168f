// parse_in_pieces: what RequestParser makes of a message that arrives in pieces, as text to
// compare. For tests and fuzz targets.
#pragma once

#include <algorithm>
#include <span>
#include <string>

#include "http1/request_parser.hpp"

namespace coachwhip::http1 {

inline std::string describe(const RequestHead& head, std::size_t size) {
  const auto line = [](Bytes name, Bytes value) {
    return std::string(name).append(" <").append(value).append(">\n");
  };
  std::string text = line("method", head.method_text);
  text += line("known method", http::text(head.method));
  text += line("target", head.target);
  text += line("path", head.raw_path);
  text += line("query", head.query);
  text += line("host", head.host);
  text += line("minor version", std::to_string(head.minor_version));
  text += line("framing", std::to_string(static_cast<int>(head.framing)));
  text += line("content length", std::to_string(head.content_length));
  text += line("keep alive", head.keep_alive ? "yes" : "no");
  text += line("expects continue", head.expects_continue ? "yes" : "no");
  for (std::size_t i = 0; i < head.headers.size(); ++i) {
    text += line(head.headers[i].name, head.headers[i].value);
  }
  return text + line("size", std::to_string(size));
}

// `cuts` are the sizes of the input at each call, rising; the last call sees all of it. The input
// lies elsewhere in memory at each call.
inline std::string parse_in_pieces(Bytes message, std::span<const std::size_t> cuts,
                                   const http::Limits& limits = {}) {
  RequestParser parser(limits);
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const Bytes seen = i < cuts.size() ? message.substr(0, cuts[i]) : message;
    const std::string input(seen);
    const auto size = parser.parse(input);
    if (!size) return std::to_string(size.error().number) + " " + size.error().message;
    if (*size) return describe(parser.head(), **size);
  }
  return "more";
}

}  // namespace coachwhip::http1
