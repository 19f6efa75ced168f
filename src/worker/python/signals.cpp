#include "worker/python/signals.hpp"

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

void do_nothing(int) {}

// System calls that the application waits in go on.
void handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void disregard_terminal_signals() {
  for (const int signal : {SIGINT, SIGHUP, SIGQUIT}) handle(signal, do_nothing);
}

void stop_on_sigterm(exchange::WorkerContext& context) {
  stopped.store(&context);
  handle(SIGTERM, stop);
}

void restore_signals() {
  for (const int signal : {SIGINT, SIGHUP, SIGQUIT, SIGTERM}) {
    struct sigaction action{};
    ::sigaction(signal, nullptr, &action);
    const bool is_ours = action.sa_handler == do_nothing || action.sa_handler == stop;
    if (is_ours) handle(signal, SIG_DFL);
  }
}

}  // namespace coachwhip::python
