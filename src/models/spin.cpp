// spin: one loop asks nobody who is ready; it tries every connection, again and again.
//
// Teaches: what "non-blocking" alone gives. Every try is a system call that mostly answers "not
// now", and the loop never sleeps: it uses a whole core without any client.
// Breaks: with the second idle connection. The only thing it is good at is the latency of a few
// that are always busy, and some network stacks that have a core to spare work so on purpose.
// Known from: textbooks; on purpose, DPDK and the polling mode of high-frequency traders.
#include <poll.h>

#include "models/level_poller.hpp"
#include "models/models.hpp"

namespace coachwhip::models {
namespace {

class SpinPoller final : public LevelPoller {
 public:
  void wait(Duration) override {
    for (std::size_t fd = 0; fd < entries().size(); ++fd) {
      if (entries()[fd].watcher != nullptr) try_one(static_cast<int>(fd));
    }
  }

 private:
  // A limit of zero: the kernel says at once how it stands with this one.
  void try_one(int fd) {
    const Entry& entry = entries()[static_cast<std::size_t>(fd)];
    if (!entry.wants_read && !entry.wants_write) return;
    pollfd asked{.fd = fd, .events = poll_events(entry), .revents = 0};
    if (::poll(&asked, 1, 0) == 1) found(fd, readiness_of(asked.revents));
  }

  Result<void> begin_watching(int) override { return {}; }
  void update(int) override {}
  void end_watching(int) override {}
};

}  // namespace

const Model spin{
    .name = "spin",
    .summary = "one loop; tries every connection in turn and never sleeps",
    .breaks =
        "a system call for every idle connection in every turn, and a core that is never free",
    .known_from = "textbooks; on purpose, DPDK",
    .make_poller = []() -> Result<std::unique_ptr<loop::Poller>> {
      return std::make_unique<SpinPoller>();
    },
};

}  // namespace coachwhip::models
