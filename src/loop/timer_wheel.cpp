#include "loop/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace coachwhip::loop {

void Timer::unlink() {
  if (wheel_ == nullptr) return;
  const std::size_t bucket = static_cast<std::size_t>(tick_) % TimerWheel::buckets;
  if (previous_ != nullptr) {
    previous_->next_ = next_;
  } else {
    wheel_->first_[bucket] = next_;
    if (next_ == nullptr) wheel_->occupied_[bucket / 64] &= ~(std::uint64_t{1} << (bucket % 64));
  }
  if (next_ != nullptr) next_->previous_ = previous_;
  previous_ = next_ = nullptr;
  wheel_ = nullptr;
}

TimerWheel::~TimerWheel() {
  for (Timer* timer : first_) {
    while (timer != nullptr) {
      Timer* next = timer->next_;
      timer->unlink();
      timer = next;
    }
  }
}

std::int64_t TimerWheel::tick_of(TimePoint time) const {
  return (time - start_ + tick - Duration{1}) / tick;
}

void TimerWheel::link(Timer& timer) {
  // A deadline beyond one turn of the wheel waits in the last bucket and is moved on from there.
  const std::int64_t last = current_ + static_cast<std::int64_t>(buckets) - 1;
  timer.tick_ = std::clamp(tick_of(timer.deadline_), current_ + 1, last);
  const std::size_t bucket = static_cast<std::size_t>(timer.tick_) % buckets;
  timer.wheel_ = this;
  timer.previous_ = nullptr;
  timer.next_ = first_[bucket];
  if (timer.next_ != nullptr) timer.next_->previous_ = &timer;
  first_[bucket] = &timer;
  occupied_[bucket / 64] |= std::uint64_t{1} << (bucket % 64);
}

void TimerWheel::arm(Timer& timer, TimePoint deadline) {
  timer.deadline_ = deadline;
  if (deadline == never) return;
  if (timer.wheel_ != nullptr) {
    if (timer.tick_ <= tick_of(deadline)) return;
    timer.unlink();
  }
  link(timer);
}

void TimerWheel::run_bucket(std::size_t index, TimePoint now) {
  // Timers that expiry arms anew go to later buckets, so the list only shrinks or loses members.
  while (Timer* timer = first_[index]) {
    timer->unlink();
    if (timer->deadline_ == never) continue;
    if (timer->deadline_ > now) {
      link(*timer);
    } else {
      timer->deadline_ = never;
      timer->on_expiry();
    }
  }
}

void TimerWheel::advance(TimePoint now) {
  const std::int64_t target = (now - start_) / tick;
  // After a long sleep one whole turn is enough: each bucket is then looked at once.
  if (target - current_ > static_cast<std::int64_t>(buckets)) {
    current_ = target - static_cast<std::int64_t>(buckets);
  }
  while (current_ < target) {
    ++current_;
    const std::size_t bucket = static_cast<std::size_t>(current_) % buckets;
    if ((occupied_[bucket / 64] >> (bucket % 64) & 1) != 0) run_bucket(bucket, now);
  }
}

TimePoint TimerWheel::next() const {
  const std::size_t begin = static_cast<std::size_t>(current_ + 1) % buckets;
  for (std::size_t step = 0; step <= words; ++step) {
    const std::size_t index = (begin / 64 + step) % words;
    std::uint64_t word = occupied_[index];
    if (step == 0) word &= ~std::uint64_t{0} << (begin % 64);
    if (word == 0) continue;
    const std::size_t bucket = index * 64 + static_cast<std::size_t>(std::countr_zero(word));
    const std::size_t distance = (bucket + buckets - begin) % buckets;
    return start_ + (current_ + 1 + static_cast<std::int64_t>(distance)) * tick;
  }
  return never;
}

}  // namespace coachwhip::loop
