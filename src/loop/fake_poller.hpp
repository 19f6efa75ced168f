// FakePoller: a poller for tests. No descriptors; waiting for a time limit moves a virtual clock.
#pragma once

#include "loop/poller.hpp"

namespace coachwhip::loop {

class FakePoller final : public Poller {
 public:
  Result<void> add(int, Watcher&, Trigger) override { return {}; }
  void remove(int, Watcher&) override {}
  void rearm(int, Direction) override {}
  void wait(Duration limit) override {
    if (limit != forever) now_ += std::max(limit, Duration{});
  }
  void dispatch() override {}
  TimePoint now() override { return now_; }

 private:
  TimePoint now_{std::chrono::hours(1)};
};

}  // namespace coachwhip::loop
