// Gil: the interpreter lock as an argument. WithoutGil: a scope in which it is given up.
#pragma once

#include <chrono>
#include <thread>

#include "worker/python/python.hpp"

namespace coachwhip::python {

// Says that the calling thread holds the interpreter lock. A function that needs the lock takes
// one, so that forgetting it does not compile. It is empty and costs nothing.
class Gil {
 public:
  // For functions that the interpreter itself calls.
  static Gil of_caller() { return {}; }

 private:
  Gil() = default;
};

// Other threads run Python until the end of the scope; nothing in it may touch a Python object.
class WithoutGil {
 public:
  explicit WithoutGil(Gil) : state_(PyEval_SaveThread()) {}
  // May leave by unwinding: an interpreter that is being torn down ends the thread here.
  ~WithoutGil() noexcept(false) { PyEval_RestoreThread(state_); }
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;

 private:
  PyThreadState* state_;
};

// For the rare wait for another thread of the application, where no bell rings.
inline void let_others_run(Gil gil) {
  const WithoutGil others_run(gil);
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace coachwhip::python
