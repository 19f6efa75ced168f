// Poller: how a loop learns that descriptors are ready. One file per way of asking the kernel.
#pragma once

#include <cstdint>
#include <ctime>
#include <memory>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace coachwhip::loop {

struct Readiness {
  bool readable = false;
  bool writable = false;
  bool input_ended = false;  // the peer writes no more: what follows is the end, told only once
  bool hung_up = false;      // both directions are shut, or the connection failed
};

// What is told about one descriptor. A watcher outlives its registration.
class Watcher {
 public:
  virtual void on_ready(Readiness readiness) = 0;

 protected:
  ~Watcher() = default;
};

enum class Trigger : std::uint8_t {
  edge,       // told once for each change: the owner reads or writes until it would block, and
              // then says so (rearm)
  level,      // told while readable
  exclusive,  // told while readable, and only one of the loops that watch the descriptor
              // (listeners)
  counter,    // an eventfd that the owner does not read: told of each write to it
};

enum class Direction : std::uint8_t { read, write };

class Poller {
 public:
  virtual ~Poller() = default;

  virtual Result<void> add(int fd, Watcher& watcher, Trigger trigger) = 0;
  // After this the watcher is not called again, not even for events already collected.
  virtual void remove(int fd, Watcher& watcher) = 0;

  // The owner of a descriptor with Trigger::edge has found that this direction would block.
  virtual void rearm(int fd, Direction direction) = 0;

  // Waits for at most `limit` (`forever` is allowed), then calls the watchers of what is ready.
  virtual void wait(Duration limit) = 0;
  // Calls the watchers of what wait() found. Apart from it so that the loop can read the clock
  // between.
  virtual void dispatch() = 0;

  // The time by which deadlines are judged; virtual time in tests.
  virtual TimePoint now() = 0;
};

// A limit of wait() as system calls take it; a past one is none at all.
timespec to_timespec(Duration limit);

// Edge-triggered epoll, nanosecond limits (Linux 5.11).
Result<std::unique_ptr<Poller>> make_epoll_poller();

}  // namespace coachwhip::loop
