// RequestParser: the head of an HTTP/1 request out of bytes (RFC 9112 sections 2 to 7), without
// I/O.
//
// Strict: what could be read in two ways is refused. Works line by line and remembers where it
// stopped, so that a head that arrives byte by byte costs no more than one that arrives whole, and
// answers the same.
//
//   request_line ──(a line)──▶ fields ──(an empty line)──▶ complete
//     └─ at most one empty line before it       └─ a line each
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "http/limits.hpp"
#include "http1/message_rules.hpp"
#include "http1/refusal.hpp"
#include "http1/request_head.hpp"

namespace coachwhip::http1 {

class RequestParser {
 public:
  // `limits` outlive the parser; none of them comes near the largest number there is.
  explicit RequestParser(const http::Limits& limits) : limits_(limits) { reset(); }

  // `input` starts at the first byte of the message and holds everything received since; between
  // calls it only grows (it may move). Returns the size of the complete head, or nullopt if more is
  // needed. Errors (bad_input, number = the status to answer before closing): 400, 414, 417, 431,
  // 501, 505. After an error only reset() makes sense.
  Result<std::optional<std::size_t>> parse(Bytes input);

  // Has any byte of a message been seen (empty lines before it do not count)?
  bool has_begun() const {
    return progress_.stage != Stage::request_line || progress_.scanned > progress_.line_begin;
  }

  // After parse() returned a size, until reset().
  RequestHead& head() { return head_; }

  // Forgets the message; keeps its memory.
  void reset();

 private:
  enum class Stage : std::uint8_t { request_line, fields, complete };

  // All positions count from the first byte of the input.
  struct Progress {
    Stage stage = Stage::request_line;
    bool has_empty_line = false;
    std::size_t line_begin = 0;    // of the line that is being read
    std::size_t scanned = 0;       // no line ends before this
    std::size_t line_end_max = 0;  // by the limits, a line ends here at the latest
    std::size_t request_line = 0;  // where it begins
    std::size_t fields = 0;        // where they begin
    const char* origin = nullptr;  // the input when the request line was read
    MessageRules rules;
  };

  Refusal find_line(Bytes input, std::optional<Bytes>& line);
  Refusal line_too_long(Bytes input) const;
  Refusal take_line(Bytes input, Bytes line);
  Refusal take_first_line(Bytes input, Bytes line);
  Refusal take_field(Bytes line);
  Refusal finish(Bytes input);
  Refusal take_host();

  const http::Limits& limits_;
  RequestHead head_;
  Progress progress_;
};

}  // namespace coachwhip::http1
