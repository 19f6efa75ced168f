// Histogram: times, counted in buckets whose width grows with the time, as HdrHistogram does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.hpp"

namespace coachwhip::lab {

// A quantile is wrong by less than one percent, from a nanosecond to half an hour.
class Histogram {
 public:
  Histogram();

  void record(Duration time, std::uint64_t times = 1);
  std::uint64_t count() const { return count_; }
  // The time that the share `quantile` of all is not longer than; zero if there are none.
  Duration quantile(double quantile) const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
};

}  // namespace coachwhip::lab
