// SystemCall: what one thread asked of the kernel once, as a tracer saw it from outside.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "base/clock.hpp"

namespace coachwhip::lab {

enum class CallKind : std::uint8_t { other, accept, read, write, close, wait };

// Copied as bytes from the tracer's process.
struct SystemCall {
  pid_t process = 0;
  pid_t thread = 0;
  std::int64_t number = 0;
  std::array<std::uint64_t, 6> arguments{};
  std::int64_t result = 0;  // negative: an errno
  TimePoint began{};
  TimePoint ended{};
  std::uint32_t times = 1;      // so many in a row, all of them in vain
  std::uint16_t peer_port = 0;  // of whom was accepted
  std::uint16_t text_size = 0;
  std::array<char, 128> text_bytes{};  // the first that were read

  std::string_view text() const { return {text_bytes.data(), text_size}; }
  int fd() const { return static_cast<int>(arguments[0]); }
};

// "accept4"; "call 451" for one that has no name here.
std::string call_name(std::int64_t number);
CallKind call_kind(std::int64_t number);

// A call of futex(2) is one of these, and between processes or within one.
bool is_futex_wait(const SystemCall& call);
bool is_futex_wake(const SystemCall& call);
bool is_futex_shared(const SystemCall& call);
// Which waits until something happens: those above, and a futex that is waited for.
bool is_wait(const SystemCall& call);

}  // namespace coachwhip::lab
