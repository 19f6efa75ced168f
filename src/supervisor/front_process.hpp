// FrontProcess: the front as the supervisor has it: its process, and the control socket to it.
#pragma once

#include <deque>
#include <optional>
#include <sys/types.h>

#include "base/child.hpp"
#include "base/unique_fd.hpp"
#include "front/front.hpp"
#include "loop/alarm.hpp"
#include "loop/loop.hpp"
#include "models/control.hpp"
#include "supervisor/inheritance.hpp"
#include "supervisor/restart_policy.hpp"

namespace coachwhip::supervisor {

// One process after the other, each with a control socket of its own. Connections that wait to be
// accepted outlive a front, and so do the requests that workers have.
class FrontProcess final : private loop::Watcher {
 public:
  class Owner {
   public:
    virtual void on_front_ready() = 0;

   protected:
    ~Owner() = default;
  };

  // Everything outlives it.
  FrontProcess(loop::Loop& loop, const config::Config& config, Inheritance& inheritance,
               Owner& owner);
  ~FrontProcess();

  Result<void> start();
  // It accepts no more, finishes what is open and ends; one that was to be started is not.
  void drain();
  void kill();
  // The message waits if the socket is full, and is dropped if there is no front: a new one finds
  // out by itself.
  void tell(const models::ControlMessage& message);

  // A process of the server has ended: false if it is not the front.
  bool take_ended(pid_t pid);
  // After a pause that the policy sets. Returns what to say of it.
  std::string start_later();

  bool is_running() const { return pid_.has_value(); }
  bool is_ready() const { return ready_since_.has_value(); }

 private:
  bool is_gone() const;
  void restart();
  Result<UniqueFd> open_control();
  void close_control();
  int run(int control);
  std::vector<int> descriptors(int control) const;
  void on_ready(loop::Readiness readiness) override;
  void receive();
  void send();

  loop::Loop& loop_;
  const config::Config& config_;
  Inheritance& inheritance_;
  Owner& owner_;
  std::optional<pid_t> pid_;
  UniqueFd control_;
  std::deque<models::ControlMessage> outbox_;
  std::optional<TimePoint> ready_since_;
  std::optional<Duration> ready_for_;  // how long the last one was
  RestartPolicy policy_;
  loop::Alarm restart_;
};

}  // namespace coachwhip::supervisor
