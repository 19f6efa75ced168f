// Doors: the listeners of one loop, opened and closed together.
#pragma once

#include <deque>
#include <span>

#include "net/listener.hpp"

namespace coachwhip::net {

class Doors final {
 public:
  // Duplicates the sockets. Everything else outlives the doors.
  Doors(loop::Loop& loop, std::span<const OpenedListener> listeners, Acceptor& acceptor,
        Turnstile& turnstile);

  Result<void> open();
  // Who connects waits in the kernel's queue.
  void pause();
  // After pause(). Tries again and again where there is no memory for it.
  void resume();
  // A connection has ended: if others wait for its place, they are accepted.
  void room_was_made();
  // Whoever has connected by now is accepted, paused or not; nobody after that.
  void close();

 private:
  std::deque<Listener> listeners_;
};

}  // namespace coachwhip::net
