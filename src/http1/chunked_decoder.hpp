// ChunkedDecoder: a chunked body out of bytes (RFC 9112 section 7.1), without I/O.
//
// Strict: sizes are hexadecimal digits alone, lines end with CRLF, extensions and trailers are well
// formed and bounded; both are dropped.
//
//   size ──▶ [extension …] ──▶ size_line_feed ──▶ data ──▶ data_end ──▶ data_line_feed ──▶ size
//                                    └─ size 0 ──▶ trailer_start … last_line_feed ──▶ finished
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "http/limits.hpp"
#include "http1/refusal.hpp"

namespace coachwhip::http1 {

class ChunkedDecoder {
 public:
  explicit ChunkedDecoder(const http::Limits& limits) : limits_(limits) {}

  struct Step {
    std::size_t consumed = 0;  // bytes of the input that are done with, `data` among them
    Bytes data = {};           // content found, a part of the input; empty: none in this step
    bool finished = false;     // the last chunk and the trailers were read
  };
  // Takes the next portion of the body. Call it again with the rest of the input until it consumes
  // nothing or is finished. Trailers are checked and dropped. Errors (bad_input): 400; trailers too
  // large: 431.
  Result<Step> decode(Bytes input);

  void reset() { progress_ = {}; }

 private:
  enum class State : std::uint8_t {
    size,
    size_gap,  // blanks are allowed before ';' and '=', but not before the CR
    extension_start,
    extension_name,
    extension_name_gap,
    extension_value_start,
    extension_value,
    extension_quoted,
    extension_escaped,
    extension_unquoted,  // after the closing quote
    size_line_feed,
    data,
    data_end,
    data_line_feed,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_line_feed,
    last_line_feed,
    finished,
  };

  struct Progress {
    State state = State::size;
    std::uint8_t digits = 0;          // of this chunk's size
    std::uint64_t remaining = 0;      // the size, then what is left of the data
    std::size_t extension_bytes = 0;  // of this chunk
    std::size_t extension_bytes_total = 0;
    std::size_t trailer_bytes = 0;
    std::size_t trailer_fields = 0;
    std::size_t trailer_name_size = 0;
    std::array<char, 32> trailer_name{};  // its beginning
  };

  Refusal take(char c);
  Refusal take_size(char c);
  Refusal take_extension(char c);
  Refusal end_item(char c, Refusal otherwise);
  Refusal take_trailer(char c);
  Refusal take_trailer_name(char c);
  void begin_chunk();

  const http::Limits& limits_;
  Progress progress_;
};

}  // namespace coachwhip::http1
