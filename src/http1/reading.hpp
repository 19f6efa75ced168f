// Reading: what a reader of HTTP/1 makes of the bytes that came over a connection, in a form in
// which two readers can be compared. And ours. For fuzz targets.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "http1/chunked_decoder.hpp"
#include "http1/request_parser.hpp"

namespace coachwhip::http1 {

struct Message {
  std::string method;
  std::string target;
  int minor_version = 1;
  std::vector<std::pair<std::string, std::string>> fields;  // trailers are not among them
  std::string content;
  bool keep_alive = true;
  std::size_t end = 0;  // counted from the first byte of the connection
};

struct Reading {
  std::vector<Message> messages;  // which are complete; the last one may end the connection
  std::string refusal;            // of what follows them; empty if more bytes are needed
};

inline Message to_message(const RequestHead& head) {
  Message message;
  message.method = head.method_text;
  message.target = head.target;
  message.minor_version = head.minor_version;
  message.keep_alive = head.keep_alive;
  for (std::size_t i = 0; i < head.headers.size(); ++i) {
    message.fields.emplace_back(head.headers[i].name, head.headers[i].value);
  }
  return message;
}

// The size of the body, or nullopt if it is not complete.
inline Result<std::optional<std::size_t>> read_content(const RequestHead& head, Bytes input,
                                                       const http::Limits& limits,
                                                       std::string& content) {
  if (head.framing != Framing::chunked) {
    if (input.size() < head.content_length) return std::nullopt;
    content = input.substr(0, head.content_length);
    return content.size();
  }
  ChunkedDecoder decoder(limits);
  for (std::size_t size = 0;;) {
    auto step = decoder.decode(input.substr(size));
    if (!step) return pass(std::move(step.error()));
    content += step->data;
    size += step->consumed;
    if (step->finished) return size;
    if (step->consumed == 0) return std::nullopt;
  }
}

inline Reading read_requests(Bytes input, const http::Limits& limits) {
  Reading reading;
  RequestParser parser(limits);
  for (std::size_t begin = 0; begin < input.size();) {
    parser.reset();
    const auto head = parser.parse(input.substr(begin));
    if (!head) reading.refusal = head.error().message;
    if (!head || !*head) break;
    Message message = to_message(parser.head());
    const std::size_t body = begin + **head;
    const auto size = read_content(parser.head(), input.substr(body), limits, message.content);
    if (!size) reading.refusal = size.error().message;
    if (!size || !*size) break;
    begin = message.end = body + **size;
    reading.messages.push_back(std::move(message));
    if (!reading.messages.back().keep_alive) break;
  }
  return reading;
}

}  // namespace coachwhip::http1
