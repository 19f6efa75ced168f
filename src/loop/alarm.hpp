// Alarm: a timer with a function, for owners that have several.
#pragma once

#include <functional>

#include "loop/loop.hpp"

namespace coachwhip::loop {

class Alarm final : private loop::Timer {
 public:
  Alarm(loop::Loop& loop, std::function<void()> ring) : loop_(loop), ring_(std::move(ring)) {}

  // Rings once, unless it is set again or cleared before.
  void set(Duration delay) { loop_.arm(*this, loop_.now() + delay); }
  void clear() { loop_.disarm(*this); }

 private:
  void on_expiry() override { ring_(); }

  loop::Loop& loop_;
  std::function<void()> ring_;
};

}  // namespace coachwhip::loop
