// WorkerProcess: one process that runs an application, from its start to its end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/child.hpp"
#include "base/unique_fd.hpp"
#include "loop/alarm.hpp"
#include "loop/loop.hpp"
#include "supervisor/launcher.hpp"

namespace coachwhip::supervisor {

//   starting ──"ready"──▶ ready
//      │                    │
//      └──────stop()────────┴──▶ stopping
//
// When it has ended, which it may do in any phase, its owner reaps and destroys it.
class WorkerProcess final : private loop::Watcher {
 public:
  class Owner {
   public:
    // The application is imported, requests are being taken. Not called once it was told to stop.
    virtual void on_ready(WorkerProcess& worker) = 0;

   protected:
    ~Owner() = default;
  };

  // What a pool knows and every worker of it needs.
  struct Context {
    loop::Loop& loop;
    const config::Config& config;
    const config::Mount& mount;
    int exchange;
    std::vector<exchange::LaneFds> lanes;
    std::vector<std::string> environment;
  };

  // `context` and `owner` outlive the process.
  static Result<std::unique_ptr<WorkerProcess>> start(const Context& context, WorkerPlace place,
                                                      Owner& owner);
  ~WorkerProcess();

  // It takes no more requests, finishes what it has and ends, or is killed when the time to drain
  // is up.
  void stop();
  // As stop(), but it is the caller who kills it.
  void stop_unwatched();
  void kill();

  pid_t pid() const { return pid_; }
  const WorkerPlace& place() const { return place_; }
  bool is_starting() const { return phase_ == Phase::starting; }
  bool is_ready() const { return phase_ == Phase::ready; }
  // Since when it was ready; nullopt if it never was.
  std::optional<Duration> ready_for() const;

  // "app:app worker 1 (pid 4711)"
  std::string text() const;
  // One line for a worker that has ended in this way before it was ready.
  std::string why_not_ready(const Ending& ending) const;

 private:
  enum class Phase { starting, ready, stopping };

  WorkerProcess(const Context& context, WorkerPlace place, pid_t pid, UniqueFd ready_pipe,
                Owner& owner);
  void on_ready(loop::Readiness readiness) override;
  void run_out_of_patience();

  const Context& context_;
  WorkerPlace place_;
  pid_t pid_;
  UniqueFd ready_pipe_;
  Owner& owner_;
  Phase phase_ = Phase::starting;
  bool is_late_ = false;
  std::optional<TimePoint> ready_since_;
  loop::Alarm patience_;
};

}  // namespace coachwhip::supervisor
