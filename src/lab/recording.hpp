// Recording: what a tracer wrote down about a tree of processes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "lab/system_call.hpp"

namespace coachwhip::lab {

// A thread of a traced process. Copied as bytes from the tracer's process.
struct TracedThread {
  pid_t process = 0;
  pid_t thread = 0;
  pid_t parent = 0;  // the process that it was started by; its own for a further thread
  TimePoint began{};
  TimePoint ended{};
  bool is_worker = false;             // runs an application
  std::array<char, 16> name_bytes{};  // the kernel's, with a zero

  std::string_view name() const { return name_bytes.data(); }
};

struct Recording {
  std::vector<SystemCall> calls;  // reads, waits and the like; about in the order of their ends
  std::vector<TracedThread> threads;
  std::uint64_t calls_in_all = 0;
};

}  // namespace coachwhip::lab
