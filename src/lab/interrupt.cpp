#include "lab/interrupt.hpp"

#include <poll.h>
#include <sys/signalfd.h>

namespace coachwhip::lab {

Interrupt::Interrupt() {
  sigset_t heard;
  ::sigemptyset(&heard);
  ::sigaddset(&heard, SIGINT);
  ::sigaddset(&heard, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &heard, &before_);
  signals_.reset(::signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK));
}

Interrupt::~Interrupt() {
  // What has come is taken, so that it does not end the process now.
  signalfd_siginfo signal;
  while (::read(signals_.get(), &signal, sizeof signal) > 0) {
  }
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool Interrupt::has_come() {
  pollfd signals{.fd = signals_.get(), .events = POLLIN, .revents = 0};
  has_come_ = has_come_ || ::poll(&signals, 1, 0) > 0;
  return has_come_;
}

}  // namespace coachwhip::lab
