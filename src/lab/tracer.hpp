// Tracer: writes down or counts what a process and all its descendants ask of the kernel.
//
// It is a process of its own, which traces with ptrace(2): the traced program has not a line for
// it, and its own waiting for its children is not disturbed. If the tracer ends, the traced
// processes are killed; it ends with its maker, and after its time limit.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <sys/types.h>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "lab/recording.hpp"

namespace coachwhip::lab {

enum class TraceMode : std::uint8_t { count, record };

// How often each call was asked for, by its name.
using CallCounts = std::map<std::string, std::uint64_t>;

class Tracer {
 public:
  // What both processes see.
  struct Shared {
    std::atomic<pid_t> tracee{0};
    std::atomic<int> answer{0};  // of the tracer: 1 it traces, negative an errno
    std::array<std::atomic<std::uint64_t>, 512> counts{};
  };

  static Result<Tracer> start(TraceMode mode, Duration limit);

  Tracer(Tracer&&) noexcept;
  Tracer& operator=(Tracer&&) = delete;
  ~Tracer();

  // To be called in the process that is to be traced, before it becomes another program; it ends
  // with 126 if it cannot be traced.
  std::function<void()> hook() const;
  // Once the process has begun: what hindered the tracer, in words for the user.
  Result<void> check() const;

  // Until now; the difference of two of them is what happened between.
  CallCounts counts() const;
  // After the end of the traced processes; kills what is left of them after `patience`.
  Result<Recording> finish(Duration patience);

 private:
  struct Unmap {
    void operator()(Shared* shared) const;
  };

  Tracer() = default;
  // Has it followed all to their end?
  bool end(Duration patience);

  std::unique_ptr<Shared, Unmap> shared_;
  UniqueFd calls_;
  UniqueFd threads_;
  UniqueFd process_;
  pid_t pid_ = -1;
};

}  // namespace coachwhip::lab
