// select: as poll, but the list is three sets of bits, one bit for every possible descriptor.
//
// Teaches: the oldest way to wait for many (4.2BSD, 1983). A set has 1,024 bits, fixed when the C
// library was compiled; the kernel overwrites the sets, so they are copied for each wait. Writing
// needs a set of its own: without it a server with a slow reader either blocks or turns at full
// speed, which many textbook servers do.
// Breaks: at descriptor 1,024 (here: 768 connections, the rest is for files; who comes next waits
// in the kernel's queue), and like poll with the number of connections. Known from: the first web
// servers that were one process (Boa); Python's asyncore.
#include <cerrno>
#include <sys/select.h>

#include "base/assert.hpp"
#include "models/level_poller.hpp"
#include "models/models.hpp"

namespace coachwhip::models {
namespace {

class SelectPoller final : public LevelPoller {
 public:
  SelectPoller() {
    FD_ZERO(&reads_);
    FD_ZERO(&writes_);
  }

  void wait(Duration limit) override {
    fd_set reads = reads_;
    fd_set writes = writes_;
    const timespec time = loop::to_timespec(limit);
    const int ready = ::pselect(end_, &reads, &writes, nullptr, limit == forever ? nullptr : &time,
                                nullptr);
    COACHWHIP_ASSERT(ready >= 0 || errno == EINTR);
    if (ready <= 0) return;
    for (int fd = 0; fd < end_; ++fd) {
      const bool readable = FD_ISSET(fd, &reads) != 0;
      const bool writable = FD_ISSET(fd, &writes) != 0;
      // That a peer has left is only found out by reading.
      if (readable || writable) found(fd, {.readable = readable, .writable = writable});
    }
  }

 private:
  Result<void> begin_watching(int fd) override {
    if (fd >= FD_SETSIZE) return fail_errno("select", EMFILE);
    update(fd);
    return {};
  }

  void update(int fd) override {
    const Entry& entry = entries()[static_cast<std::size_t>(fd)];
    put(reads_, fd, entry.wants_read);
    put(writes_, fd, entry.wants_write);
    if (fd >= end_) end_ = fd + 1;
  }

  void end_watching(int fd) override {
    put(reads_, fd, false);
    put(writes_, fd, false);
  }

  static void put(fd_set& set, int fd, bool wanted) {
    if (wanted) {
      FD_SET(fd, &set);
    } else {
      FD_CLR(fd, &set);
    }
  }

  fd_set reads_{};
  fd_set writes_{};
  int end_ = 0;
};

}  // namespace

const Model select{
    .name = "select",
    .summary = "one loop; every wait hands the kernel sets of bits, one for each descriptor",
    .breaks = "at 1,024 descriptors, and as poll does",
    .known_from = "Boa; Python's asyncore",
    .make_poller = []() -> Result<std::unique_ptr<loop::Poller>> {
      return std::make_unique<SelectPoller>();
    },
    .connections_max = FD_SETSIZE * 3 / 4,  // the rest is for files
    .descriptors_max = FD_SETSIZE,
};

}  // namespace coachwhip::models
