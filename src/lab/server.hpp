// Server: this program once more, as a child process that serves, to be measured.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <sched.h>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace coachwhip::lab {

// What a process used, and all its descendants that have been waited for.
struct Usage {
  Duration cpu{};
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;

  std::uint64_t switches() const { return voluntary_switches + involuntary_switches; }
};

class Server {
 public:
  struct Start {
    std::vector<std::string> arguments{};  // without --bind, which is a free port of 127.0.0.1
    std::filesystem::path folder{};        // to run in; no coachwhip.toml of the user is read
    std::optional<cpu_set_t> cpus{};
    std::function<void()> before_program{};  // in the child, the last before it becomes the server
  };

  // Forks and returns at once.
  static Result<Server> start(Start start);

  Server(Server&& other) noexcept;
  Server& operator=(Server&&) = delete;
  // Kills what still runs; the server's own children die with it.
  ~Server();

  // Until it serves. The error has the last lines of its log.
  Result<void> wait_ready(Duration patience);
  // Without waiting: has it said that it serves?
  bool is_ready();

  pid_t pid() const { return pid_; }
  std::uint16_t port() const { return port_; }  // 0 until it serves
  // All that it has said so far, with its children.
  std::string log() const;

  // SIGTERM, then waits for its end; what it used is exact then.
  Result<Usage> stop(Duration patience);
  // A tracer has waited for its end.
  void forget() { pid_ = -1; }

 private:
  Server(pid_t pid, UniqueFd process, UniqueFd log_file);

  bool has_ended(Duration patience) const;
  Usage reap();

  pid_t pid_;
  UniqueFd process_;   // readable when it has ended
  UniqueFd log_file_;  // in memory: a pipe that nobody reads would stop the server
  std::uint16_t port_ = 0;
};

}  // namespace coachwhip::lab
