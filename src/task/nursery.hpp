// Nursery: owns tasks that run beside one another and ends only after all of them.
#pragma once

#include <coroutine>
#include <cstddef>

#include "base/assert.hpp"
#include "task/task.hpp"

namespace coachwhip {

// One thread's. Destroying a nursery whose tasks have not ended breaks an invariant: await empty()
// first.
class Nursery {
 public:
  Nursery() = default;
  Nursery(const Nursery&) = delete;
  Nursery& operator=(const Nursery&) = delete;
  ~Nursery() { COACHWHIP_ASSERT(count_ == 0); }

  // Runs the task until it first suspends. An exception that leaves it ends the process.
  void start(Task<void> task) { adopt(*this, std::move(task)); }

  std::size_t count() const { return count_; }

  // Resumes the awaiter when the last task has ended. One awaiter at a time.
  auto empty() {
    struct Awaiter {
      Nursery& nursery;
      bool await_ready() const noexcept { return nursery.count_ == 0; }
      void await_suspend(std::coroutine_handle<> awaiter) noexcept { nursery.waiting_ = awaiter; }
      void await_resume() noexcept {}
    };
    return Awaiter{*this};
  }

 private:
  struct Detached {
    struct promise_type {
      static void* operator new(std::size_t size) { return FramePool::allocate(size); }
      static void operator delete(void* frame, std::size_t size) {
        FramePool::release(frame, size);
      }
      Detached get_return_object() { return {}; }
      std::suspend_never initial_suspend() noexcept { return {}; }
      std::suspend_never final_suspend() noexcept { return {}; }
      void return_void() {}
      [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
    };
  };

  static Detached adopt(Nursery& nursery, Task<void> task) {
    ++nursery.count_;
    co_await task;
    --nursery.count_;
    if (nursery.count_ == 0 && nursery.waiting_) {
      std::exchange(nursery.waiting_, nullptr).resume();
    }
  }

  std::size_t count_ = 0;
  std::coroutine_handle<> waiting_;
};

}  // namespace coachwhip
