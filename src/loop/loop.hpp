// Loop: one thread's event loop. It waits, then resumes whoever became ready; it knows no protocol.
#pragma once

#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "loop/poller.hpp"
#include "loop/timer_wheel.hpp"

namespace coachwhip::loop {

// Work that arrives by other ways than descriptors (the exchange): asked once per turn of the loop.
class TurnHook {
 public:
  // Takes what has arrived; true if there was any.
  virtual bool collect() = 0;
  // The loop is about to sleep: from now on arrivals must wake it. Returns the longest sleep that
  // is allowed, zero if something has arrived meanwhile.
  virtual Duration before_sleep() = 0;
  virtual void after_sleep() = 0;

 protected:
  ~TurnHook() = default;
};

// Not thread-safe but for post() and stop().
class Loop final : private Watcher {
 public:
  // Passes on the poller's error.
  static Result<std::unique_ptr<Loop>> make(Result<std::unique_ptr<Poller>> poller);
  ~Loop();

  void run();
  // One turn; sleeps for at most `limit`.
  void turn(Duration limit);
  void stop();

  Poller& poller() { return *poller_; }
  // The time at the start of this turn.
  TimePoint now() const { return now_; }
  // Wall time, read at most once per turn.
  WallTime wall_now();

  void arm(Timer& timer, TimePoint deadline) { wheel_.arm(timer, deadline); }
  void disarm(Timer& timer) { wheel_.disarm(timer); }

  // Resumes the coroutine in this turn or the next, from the loop's own stack.
  void resume_soon(std::coroutine_handle<> handle) { ready_.push_back(handle); }

  // Runs `work` on the loop's thread; from any thread.
  void post(std::move_only_function<void()> work);

  void add_hook(TurnHook& hook) { hooks_.push_back(&hook); }
  void remove_hook(TurnHook& hook) { std::erase(hooks_, &hook); }

  // The descriptor whose writing (8 bytes, eventfd) wakes the loop; for peers in other processes.
  int wake_fd() const { return wake_fd_.get(); }

 private:
  Loop(std::unique_ptr<Poller> poller, UniqueFd wake_fd);
  void on_ready(Readiness readiness) override;
  void run_ready();
  void run_posted();
  void wake();

  std::unique_ptr<Poller> poller_;
  UniqueFd wake_fd_;
  TimePoint now_;
  WallTime wall_now_{};
  bool wall_is_fresh_ = false;
  TimerWheel wheel_;
  std::vector<std::coroutine_handle<>> ready_;
  std::vector<std::coroutine_handle<>> running_;
  std::vector<TurnHook*> hooks_;
  bool stopping_ = false;

  std::mutex posted_mutex_;
  std::vector<std::move_only_function<void()>> posted_;
};

}  // namespace coachwhip::loop
