#include "net/doors.hpp"

namespace coachwhip::net {

Doors::Doors(loop::Loop& loop, std::span<const OpenedListener> listeners, Acceptor& acceptor) {
  for (const OpenedListener& opened : listeners) listeners_.emplace_back(loop, opened, acceptor);
}

Result<void> Doors::open() {
  for (Listener& listener : listeners_) {
    auto started = listener.start();
    if (!started) return started;
  }
  return {};
}

void Doors::pause() {
  for (Listener& listener : listeners_) listener.stop();
}

void Doors::close() {
  for (Listener& listener : listeners_) {
    listener.accept_waiting();
    listener.close();
  }
}

}  // namespace coachwhip::net
