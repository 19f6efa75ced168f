// epoll-lt: one loop; the kernel keeps the list of descriptors and tells those that are ready.
//
// Teaches: the list lives in the kernel, and a wait costs by what is ready, not by what is there.
// Level-triggered: it is told again and again as long as there is something, so a connection that
// must wait (its client sends ahead, its answer does not fit) has to be taken off the list and put
// on again, a system call each.
// Breaks: at one core.
// Known from: redis, libevent, libuv, h2o, asyncio.
#include <array>
#include <cerrno>
#include <sys/epoll.h>

#include "base/assert.hpp"
#include "base/unique_fd.hpp"
#include "models/level_poller.hpp"
#include "models/models.hpp"

namespace coachwhip::models {
namespace {

class LevelEpollPoller final : public LevelPoller {
 public:
  explicit LevelEpollPoller(UniqueFd epoll) : epoll_(std::move(epoll)) {}

  void wait(Duration limit) override {
    for (const int fd : changed_) apply(fd);
    changed_.clear();
    const timespec time = loop::to_timespec(limit);
    std::array<epoll_event, 64> events{};
    const int count = ::epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                     limit == forever ? nullptr : &time, nullptr);
    COACHWHIP_ASSERT(count >= 0 || errno == EINTR);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      found(event.data.fd, readiness_of(static_cast<short>(event.events)));
    }
  }

 private:
  Result<void> begin_watching(int fd) override {
    const auto index = static_cast<std::size_t>(fd);
    if (kernel_knows_.size() <= index) kernel_knows_.resize(index + 1);
    kernel_knows_[index] = 0;
    return apply(fd);
  }

  // Most of what changes is changed back before the next wait.
  void update(int fd) override { changed_.push_back(fd); }

  void end_watching(int fd) override {
    std::erase(changed_, fd);
    ask(fd, 0);
  }

  Result<void> apply(int fd) {
    const Entry& entry = entries()[static_cast<std::size_t>(fd)];
    auto events = static_cast<std::uint32_t>(poll_events(entry));
    if (entry.trigger == loop::Trigger::exclusive) events |= EPOLLEXCLUSIVE;
    return ask(fd, entry.wants_read || entry.wants_write ? events : 0);
  }

  // None: the kernel is to forget it, since it would still tell that it hung up.
  Result<void> ask(int fd, std::uint32_t events) {
    std::uint32_t& known = kernel_knows_[static_cast<std::size_t>(fd)];
    if (known == events) return {};
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    const int operation = events == 0 ? EPOLL_CTL_DEL : known == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0) {
      return fail_errno("epoll_ctl", errno);
    }
    known = events;
    return {};
  }

  UniqueFd epoll_;
  std::vector<std::uint32_t> kernel_knows_;  // what it was asked, by descriptor
  std::vector<int> changed_;
};

}  // namespace

const Model epoll_lt{
    .name = "epoll-lt",
    .summary =
        "one loop; the kernel keeps the list and tells who is ready, for as long as they are",
    .breaks = "at one core",
    .known_from = "redis, libevent, libuv, asyncio",
    .make_poller = []() -> Result<std::unique_ptr<loop::Poller>> {
      UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
      if (!epoll) return fail_errno("epoll_create1", errno);
      return std::make_unique<LevelEpollPoller>(std::move(epoll));
    },
};

}  // namespace coachwhip::models
