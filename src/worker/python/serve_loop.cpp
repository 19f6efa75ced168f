#include "worker/python/serve_loop.hpp"

#include <ctime>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "worker/python/forked_child.hpp"
#include "worker/python/raised.hpp"

namespace coachwhip::python {
namespace {

// Looking at two clocks costs as much as a tenth of a small request.
constexpr unsigned requests_per_sample = 16;

Duration thread_cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

bool ServeLoop::run(Gil gil) {
  if (!application_.make(gil)) return false;
  exchange::Taker taker(context_, thread_);
  while (!context_.stopping.load(std::memory_order_relaxed)) {
    if (auto job = taker.take()) {
      serve(gil, taker, *job);
      continue;
    }
    {
      const WithoutGil others_run(gil);
      taker.sleep();
    }
    run_signal_handlers(gil);
  }
  if (context_.disowned.load(std::memory_order_relaxed)) leave_forked_child(gil);
  return true;
}

void ServeLoop::serve(Gil gil, exchange::Taker& taker, exchange::Job& job) {
  if (job.cancelled()) return job.finish(exchange::FlowEnd::broken);
  if (++served_ % requests_per_sample != 0) return application_.serve(gil, job);
  const TimePoint began = Clock::now();
  const Duration cpu_began = thread_cpu_time();
  application_.serve(gil, job);
  taker.report(Clock::now() - began, thread_cpu_time() - cpu_began);
}

// Of the application, written in Python: they run in the main thread only, and only when Python
// runs.
void ServeLoop::run_signal_handlers(Gil gil) {
  if (PyErr_CheckSignals() == 0) return;
  if (context_.disowned.load(std::memory_order_relaxed)) leave_forked_child(gil);
  log::error("a signal handler failed: " + take_traceback(gil));
}

}  // namespace coachwhip::python
