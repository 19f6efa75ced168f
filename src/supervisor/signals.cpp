#include "supervisor/signals.hpp"

#include <cerrno>
#include <sys/signalfd.h>
#include <unistd.h>

namespace coachwhip::supervisor {

Result<void> Signals::watch(std::initializer_list<int> signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : signals) ::sigaddset(&set, signal);
  fd_.reset(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd_) return fail_errno("signalfd", errno);
  ::sigprocmask(SIG_BLOCK, &set, &mask_before_);
  return loop_.poller().add(fd_.get(), *this, loop::Trigger::edge);
}

Signals::~Signals() {
  if (!fd_) return;
  loop_.poller().remove(fd_.get(), *this);
  ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
}

void Signals::on_ready(loop::Readiness) {
  signalfd_siginfo info{};
  while (::read(fd_.get(), &info, sizeof info) == sizeof info) {
    handler_.on_signal(static_cast<int>(info.ssi_signo));
  }
}

}  // namespace coachwhip::supervisor
