// sleep_until: suspends the awaiting coroutine until a time.
#pragma once

#include <coroutine>

#include "loop/loop.hpp"

namespace coachwhip::loop {

class SleepUntil final : private Timer {
 public:
  SleepUntil(Loop& loop, TimePoint time) : loop_(loop), time_(time) {}
  bool await_ready() const { return time_ <= loop_.now(); }
  void await_suspend(std::coroutine_handle<> awaiter) {
    awaiter_ = awaiter;
    loop_.arm(*this, time_);
  }
  void await_resume() {}

 private:
  void on_expiry() override { awaiter_.resume(); }

  Loop& loop_;
  TimePoint time_;
  std::coroutine_handle<> awaiter_;
};

}  // namespace coachwhip::loop
