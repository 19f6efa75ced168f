// Vigil: whether a poller with nothing to tell looks again for a moment before it sleeps.
//
// To sleep and be woken costs two switches of the processor, and where a few clients answer within
// microseconds the loop would pay that for every second request. Looking pays only as long as it
// finds something: each look that does earns a further one, each that does not costs two, and
// without credit only every 32nd sleep is tried anew. So where looking is of no use it costs less
// than a microsecond for each sleep.
#pragma once

#include <algorithm>

#include "base/clock.hpp"

namespace coachwhip::loop {

class Vigil {
 public:
  // How long one look may take. A sleep that is woken at once takes about as long.
  static constexpr Duration look_max = std::chrono::microseconds(8);
  // Shorter sleeps than this are somebody's bound on them: no look before those.
  static constexpr Duration sleep_min = std::chrono::milliseconds(1);

  // Asked before each sleep.
  bool looks() { return credit_ > 0 || ++sleeps_ % trial_every == 0; }
  void has_looked(bool has_found) {
    credit_ = has_found ? std::min(credit_ + 1, credit_max) : std::max(credit_ - 2, 0);
  }

 private:
  static constexpr int credit_max = 16;
  static constexpr unsigned trial_every = 32;

  int credit_ = 0;
  unsigned sleeps_ = 0;
};

}  // namespace coachwhip::loop
