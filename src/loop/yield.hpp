// Yield: lets everybody else of the loop have a turn before the awaiting coroutine goes on.
#pragma once

#include <coroutine>

#include "loop/loop.hpp"

namespace coachwhip::loop {

struct Yield {
  Loop& loop;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiter) { loop.resume_soon(awaiter); }
  void await_resume() const noexcept {}
};

}  // namespace coachwhip::loop
