// Occasion: something that may happen very often and is worth a line of the log now and then.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace coachwhip {

// Thread-safe.
class Occasion {
 public:
  // It has happened. If no line was written of it for a minute, one is due: it says how often it
  // happened since the last one.
  std::optional<std::uint64_t> happened(TimePoint now) {
    times_.fetch_add(1, std::memory_order_relaxed);
    Duration::rep next = next_line_.load(std::memory_order_relaxed);
    const TimePoint after = now + std::chrono::minutes(1);
    if (now.time_since_epoch().count() < next ||
        !next_line_.compare_exchange_strong(next, after.time_since_epoch().count())) {
      return std::nullopt;
    }
    return times_.exchange(0, std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> times_{0};
  std::atomic<Duration::rep> next_line_{0};
};

}  // namespace coachwhip
