// Response: a handler's answer.
#pragma once

#include <string>
#include <string_view>

#include "http/body.hpp"
#include "http/headers.hpp"
#include "http/status.hpp"

namespace coachwhip::http {

// The connection adds Date, Server, the framing of the body and Connection. Content-Length is set
// by it whenever the body's length is known, and replaces what the handler said only if there was
// nothing.
struct Response {
  Status status = status::ok;
  Headers headers = {};
  Body body = {};
  std::string reason = {};      // empty: the usual phrase
  bool close_after = false;     // the handler wants the connection closed
  bool is_plain_error = false;  // a text of the server's own, which a page may replace
  // For an answer to HEAD: the length that the content would have.
  std::optional<std::uint64_t> content_length = std::nullopt;
};

// A short page that says the status and `detail`, as text/plain. `detail` never holds secrets.
Response make_error(Status status, std::string_view detail = {});

// 503 for the moment; the client may try again soon.
Response make_unavailable(std::string_view detail = {});

// 308 to `location`.
Response make_redirect(std::string_view location);

}  // namespace coachwhip::http
