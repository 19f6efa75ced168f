// RequestHead: what the head of an HTTP/1 request says.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "http/headers.hpp"
#include "http/method.hpp"

namespace coachwhip::http1 {

enum class Framing : std::uint8_t { none, length, chunked };

// The views are valid as long as the bytes given to parse().
struct RequestHead {
  http::Method method = http::Method::GET;
  Bytes method_text;
  Bytes target;    // as sent
  Bytes raw_path;  // of origin form; of the path in absolute form ("/" if empty); "*"
  Bytes query;
  Bytes host;  // of an absolute-form target, else of the Host field; may be empty in HTTP/1.0
  std::uint8_t minor_version = 1;
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;  // and has content to wait for
  bool has_forwarding = false;    // a field that is a proxy's word
  bool is_https_target = false;   // of absolute form, with that scheme
  http::Headers headers;          // borrowed from the input
};

}  // namespace coachwhip::http1
