// LevelPoller: what the models have in common that ask the kernel "who is ready now?" each time
// anew.
//
// Streams are made for edges: they are told once and go on until they would block. So a descriptor
// that was reported is no longer asked about until its owner says that it blocks again (rearm);
// otherwise a client that sends ahead of its answers would end every wait at once.
#pragma once

#include <cstdint>
#include <vector>

#include "loop/poller.hpp"

namespace coachwhip::models {

// What the words of poll(2) say, which those of epoll and io_uring are too.
loop::Readiness readiness_of(short events);

class LevelPoller : public loop::Poller {
 public:
  Result<void> add(int fd, loop::Watcher& watcher, loop::Trigger trigger) final;
  void remove(int fd, loop::Watcher& watcher) final;
  void rearm(int fd, loop::Direction direction) final;
  void dispatch() final;
  TimePoint now() final { return Clock::now(); }

 protected:
  struct Entry {
    loop::Watcher* watcher = nullptr;  // null: the descriptor is not watched
    loop::Trigger trigger = loop::Trigger::level;
    bool wants_read = false;
    bool wants_write = false;
    std::uint32_t life = 0;  // of this descriptor's number
  };

  static short poll_events(const Entry& entry);

  // By descriptor.
  const std::vector<Entry>& entries() const { return entries_; }
  // The descriptor is watched for the first time; an error keeps it out.
  virtual Result<void> begin_watching(int fd) = 0;
  // What is wanted of it may have changed.
  virtual void update(int fd) = 0;
  virtual void end_watching(int fd) = 0;

  // wait() says what it found; dispatch() tells.
  void found(int fd, loop::Readiness readiness) {
    found_.push_back({fd, entries_[static_cast<std::size_t>(fd)].life, readiness});
  }

 private:
  struct Found {
    int fd;
    std::uint32_t life;
    loop::Readiness readiness;
  };

  Entry& entry(int fd) { return entries_[static_cast<std::size_t>(fd)]; }
  void forget_wish(int fd, loop::Readiness readiness);

  std::vector<Entry> entries_;
  std::vector<Found> found_;
  std::vector<Found> telling_;
};

}  // namespace coachwhip::models
