// Time as the server measures it: a monotonic clock for deadlines, wall time for dates and logs.
#pragma once

#include <chrono>

namespace coachwhip {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

inline constexpr TimePoint never = TimePoint::max();
inline constexpr Duration forever = Duration::max();

using WallClock = std::chrono::system_clock;
using WallTime = WallClock::time_point;

}  // namespace coachwhip
