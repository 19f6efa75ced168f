// FramePool: where coroutine frames live. Freed frames wait in a list per size for the next
// coroutine of the same kind, so that a request allocates nothing once the server is warm. One pool
// per thread.
#pragma once

#include <cstddef>

namespace coachwhip {

class FramePool {
 public:
  static void* allocate(std::size_t size);
  static void release(void* frame, std::size_t size);
};

}  // namespace coachwhip
