// Child processes: how they begin, and how they have ended.
#pragma once

#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/error.hpp"

namespace coachwhip {

// Forks a process that runs `body` and ends with its result. It has no descriptors but 0, 1, 2 and
// `descriptors`, no signal handlers, an empty signal mask, and dies with this process. The
// terminal's signals (SIGINT, SIGQUIT, SIGHUP), which reach every process, are ignored in it.
Result<pid_t> start_child(std::vector<int> descriptors, const std::function<int()>& body);

// Replaces this process; it keeps `descriptors` even if they are close-on-exec. Returns the exit
// code for a failure, which it has logged.
int execute(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
            const std::vector<int>& descriptors);

// How a process has ended.
class Ending {
 public:
  explicit Ending(int wait_status) : status_(wait_status) {}

  bool has_exit_code(int code) const;
  // "exit code 3" or "signal SIGKILL".
  std::string text() const;

 private:
  int status_;
};

}  // namespace coachwhip
