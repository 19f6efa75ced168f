#include "models/control.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace coachwhip::models {

bool send_control(int socket, const ControlMessage& message) {
  return ::send(socket, &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof message;
}

void ControlLine::on_ready(loop::Readiness) {
  for (;;) {
    ControlMessage message;
    const ssize_t got = ::recv(socket_, &message, sizeof message, MSG_DONTWAIT);
    if (got == sizeof message) {
      obey(message);
    } else if (got == 0) {
      poller().remove(socket_, *this);
      return drain();
    } else if (got > 0 || errno != EINTR) {
      return;
    }
  }
}

void ControlLine::obey(const ControlMessage& message) {
  if (message.kind == ControlKind::drain) drain();
  if (message.kind == ControlKind::worker_gone) service_.worker_gone(message.app, message.owner);
}

void ControlLine::drain() {
  if (!std::exchange(is_draining_, true)) service_.drain();
}

Result<void> run_told(int control, Service& service) {
  ControlLine line(control, service);
  auto watched = line.watch();
  if (watched) service.run();
  return watched;
}

}  // namespace coachwhip::models
