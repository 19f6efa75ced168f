// Patience: for how long a peer may be slow. Waiting for it uses patience up, and every byte that
// it moves earns some back.
//
// Who moves nothing is given up when all of it is used up, who moves less than the rate some time
// later, and who is faster is waited for without end. It cannot be hoarded: however much moved
// before, there is never more than at first.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.hpp"

namespace coachwhip::net {

class Patience {
 public:
  // `rate` bytes earn a second; of a rate of 0 any byte earns all.
  Patience(Duration most, std::uint64_t rate) : most_(most), left_(most), rate_(rate) {}

  Duration left() const { return left_; }
  bool is_over() const { return left_ <= Duration::zero(); }
  void restore() { left_ = most_; }
  void spend(Duration waited) { left_ -= waited; }

  void earn(std::uint64_t bytes) {
    if (left_ == most_ || bytes == 0) return;
    const double seconds = rate_ == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(rate_);
    const std::chrono::duration<double> missing = most_ - left_;
    if (rate_ == 0 || seconds >= missing.count()) return restore();
    left_ += std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  }

 private:
  Duration most_;
  Duration left_;
  std::uint64_t rate_;
};

}  // namespace coachwhip::net
