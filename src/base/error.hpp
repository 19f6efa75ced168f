// Error: what went wrong, as a value. Result<T>: a T or an Error. Nothing here throws.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace coachwhip {

enum class ErrorKind : std::uint8_t {
  bad_input,  // bytes, options or files that break a rule; `number` may hold an HTTP status
  io,         // a system call failed; `number` holds errno
  closed,     // the other side is gone
  timed_out,  // a deadline passed
  cancelled,  // the owner asked to stop
  limit,      // a configured bound was reached
};

// `message` is one line for a log or a terminal; empty where nobody would read it (hot paths).
struct Error {
  ErrorKind kind = ErrorKind::io;
  int number = 0;
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, int number = 0, std::string message = {}) {
  return std::unexpected<Error>(Error{kind, number, std::move(message)});
}

// The failure of a system call: "what: text of errno".
std::unexpected<Error> fail_errno(std::string_view what, int number);

// Passes an error on from a function that returns another Result type.
inline std::unexpected<Error> pass(Error&& error) {
  return std::unexpected<Error>(std::move(error));
}

}  // namespace coachwhip
