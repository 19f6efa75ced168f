#include "worker/python/stop_signal.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>

namespace coachwhip::python {
namespace {

// A signal handler is given nothing else by which it could find the worker.
std::atomic<exchange::WorkerContext*> stopped{nullptr};

void stop(int) {
  const int saved_errno = errno;
  exchange::WorkerContext* const context = stopped.load();
  context->stopping.store(true);
  context->ring_all();
  errno = saved_errno;
}

}  // namespace

void stop_on_sigterm(exchange::WorkerContext& context) {
  stopped.store(&context);
  struct sigaction action{};
  action.sa_handler = stop;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace coachwhip::python
