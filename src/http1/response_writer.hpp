// ResponseWriter: the head of an HTTP/1 response and the chunk framing as bytes (RFC 9112 sections
// 4, 6, 7.1), without I/O.
#pragma once

#include <cstdint>
#include <optional>

#include "base/buffer.hpp"
#include "http/method.hpp"
#include "http/response.hpp"

namespace coachwhip::http1 {

// What the head of the request and the state of the connection decide about the response.
struct ResponseFrame {
  http::Method method = http::Method::GET;  // of the request
  std::uint8_t minor_version = 1;           // of the request
  bool keep_alive = true;                   // in: may the connection go on? out: will it?
};

enum class BodyFraming : std::uint8_t {
  none,    // no content is sent: HEAD, 204, 304
  length,  // as many bytes as Content-Length says
  chunked,
  close,  // until the connection ends (HTTP/1.0)
};

struct WrittenHead {
  BodyFraming framing = BodyFraming::none;
  std::uint64_t length = 0;  // for BodyFraming::length
};

// Appends the head. Decides the framing and whether the connection stays open.
WrittenHead write_head(Buffer& out, const http::Response& response, ResponseFrame& frame,
                       Bytes date);

// Appends a whole interim answer, which has a status of the table and no framing.
void write_interim(Buffer& out, http::Status status, const http::Headers& fields);

// Appends "size\r\n" in hexadecimal: the data and "\r\n" follow.
void write_chunk_size(Buffer& out, std::uint64_t size);

inline constexpr Bytes last_chunk = "0\r\n\r\n";

}  // namespace coachwhip::http1
