// TimerWheel: deadlines in buckets of ten milliseconds. Made for deadlines that are moved far more
// often than they expire: moving one later is a single store, its bucket is corrected when the
// wheel gets there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace coachwhip::loop {

class TimerWheel;

// One deadline. Unlinks itself when destroyed. Lives where its owner lives.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  TimePoint deadline() const { return deadline_; }

 protected:
  virtual ~Timer() { unlink(); }
  // Called once when the deadline has passed; the timer may be armed again from within.
  virtual void on_expiry() = 0;

 private:
  friend class TimerWheel;
  void unlink();

  TimePoint deadline_ = never;
  Timer* previous_ = nullptr;
  Timer* next_ = nullptr;
  TimerWheel* wheel_ = nullptr;  // set while linked
  std::int64_t tick_ = 0;        // the bucket it is linked in
};

class TimerWheel {
 public:
  static constexpr Duration tick = std::chrono::milliseconds(10);

  explicit TimerWheel(TimePoint start) : start_(start) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;
  ~TimerWheel();

  // Expires at `deadline` or up to one tick later. `never` disarms.
  void arm(Timer& timer, TimePoint deadline);
  void disarm(Timer& timer) { timer.deadline_ = never; }

  // Calls what has expired by `now`.
  void advance(TimePoint now);

  // No timer expires before this; `never` if none is armed. May be earlier than the first deadline.
  TimePoint next() const;

 private:
  friend class Timer;
  static constexpr std::size_t buckets = 1024;  // a power of two; one turn takes about ten seconds
  static constexpr std::size_t words = buckets / 64;

  std::int64_t tick_of(TimePoint time) const;
  void link(Timer& timer);
  void run_bucket(std::size_t index, TimePoint now);

  TimePoint start_;
  std::int64_t current_ = 0;  // ticks up to this one have been run
  std::array<Timer*, buckets> first_{};
  std::array<std::uint64_t, words> occupied_{};
};

}  // namespace coachwhip::loop
