// Task<T>: a lazily started coroutine that ends with a T. It is awaited exactly once, by its owner.
//
// An awaited task runs at once, on the awaiter's stack. If it ends without suspending, the awaiter
// goes on without having suspended either: a chain of tasks over bytes that are already there costs
// no switch and no stack depth, in every build mode. If it suspends, its end resumes the awaiter.
//
// A suspended task is never destroyed: whoever wants it gone asks it to stop and awaits its end.
// Exceptions thrown in the coroutine leave it at the co_await.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "task/frame_pool.hpp"

namespace coachwhip {

template <class T>
class [[nodiscard]] Task;

namespace detail {

class PromiseBase {
 public:
  static void* operator new(std::size_t size) { return FramePool::allocate(size); }
  static void operator delete(void* frame, std::size_t size) { FramePool::release(frame, size); }

  std::suspend_always initial_suspend() noexcept { return {}; }

  struct ResumeContinuation {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      const std::coroutine_handle<> next = ended.promise().continuation;
      return next ? next : std::noop_coroutine();
    }
    void await_resume() noexcept {}
  };
  ResumeContinuation final_suspend() noexcept { return {}; }

  void unhandled_exception() noexcept { exception = std::current_exception(); }

  std::coroutine_handle<> continuation;
  std::exception_ptr exception;
};

template <class T>
class Promise : public PromiseBase {
 public:
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    if (exception) std::rethrow_exception(exception);
    return std::move(*value);
  }

  std::optional<T> value;
};

template <>
class Promise<void> : public PromiseBase {
 public:
  Task<void> get_return_object();
  void return_void() {}
  void take() {
    if (exception) std::rethrow_exception(exception);
  }
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  struct Awaiter {
    Handle handle;
    bool await_ready() const noexcept { return false; }
    // Runs the task; false (go on at once) if it ended without suspending.
    bool await_suspend(std::coroutine_handle<> awaiter) {
      handle.resume();
      if (handle.done()) return false;
      handle.promise().continuation = awaiter;
      return true;
    }
    T await_resume() { return handle.promise().take(); }
  };
  Awaiter operator co_await() const { return Awaiter{handle_}; }

  // Runs the task until it first suspends. Somebody who is no coroutine then looks at done(); a
  // coroutine that had something to do meanwhile awaits join().
  void start() { handle_.resume(); }
  bool done() const { return handle_.done(); }
  // Awaits the end of a task that was started.
  auto join() const {
    struct JoinAwaiter : Awaiter {
      bool await_ready() const noexcept { return this->handle.done(); }
      void await_suspend(std::coroutine_handle<> awaiter) {
        this->handle.promise().continuation = awaiter;
      }
    };
    return JoinAwaiter{{handle_}};
  }
  // The result of a task that is done.
  T take() {
    COACHWHIP_ASSERT(done());
    return handle_.promise().take();
  }

 private:
  Handle handle_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}

inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

}  // namespace detail
}  // namespace coachwhip
