#include "net/doors.hpp"

namespace coachwhip::net {

Doors::Doors(loop::Loop& loop, std::span<const OpenedListener> listeners, Acceptor& acceptor,
             Turnstile& turnstile) {
  for (const OpenedListener& opened : listeners) {
    listeners_.emplace_back(loop, opened, acceptor, turnstile);
  }
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

void Doors::resume() {
  for (Listener& listener : listeners_) listener.resume();
}

void Doors::room_was_made() {
  for (Listener& listener : listeners_) listener.room_was_made();
}

void Doors::close() {
  for (Listener& listener : listeners_) {
    listener.accept_waiting();
    listener.close();
  }
}

}  // namespace coachwhip::net
