// An assert that stays on in release: a broken invariant ends the process, the supervisor restarts
// it.
#pragma once

namespace coachwhip {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace coachwhip

#define COACHWHIP_ASSERT(condition)                    \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::coachwhip::assertion_failed(#condition, __FILE__, __LINE__))
