// RestartPolicy: how long to wait before a process that has ended is started again.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"

namespace coachwhip::supervisor {

// The first time at once, then after 100 ms, doubling up to 10 s, for as long as the processes do
// not live for 10 s. One that did starts the count anew.
class RestartPolicy {
 public:
  // `ready_for`: how long the process that has ended had been ready; nullopt if it never was.
  Duration next_delay(std::optional<Duration> ready_for);

 private:
  Duration delay_{};
};

// "at once", or "in 0.4 s".
std::string delay_text(Duration delay);

}  // namespace coachwhip::supervisor
