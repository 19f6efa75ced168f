// EpollPoller: waits for descriptors with epoll(7). Made by make_epoll_poller alone.
#include <array>
#include <cerrno>
#include <sys/epoll.h>

#include "base/assert.hpp"
#include "base/unique_fd.hpp"
#include "loop/poller.hpp"
#include "loop/vigil.hpp"

namespace coachwhip::loop {
namespace {

std::uint32_t events_of(Trigger trigger) {
  switch (trigger) {
    case Trigger::edge:
      return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    case Trigger::level:
      return EPOLLIN;
    case Trigger::exclusive:
      return EPOLLIN | EPOLLEXCLUSIVE;
    case Trigger::counter:
      return EPOLLIN | EPOLLET;
  }
  return 0;
}

class EpollPoller final : public Poller {
 public:
  explicit EpollPoller(UniqueFd fd) : fd_(std::move(fd)) {}

  Result<void> add(int fd, Watcher& watcher, Trigger trigger) override {
    epoll_event event{};
    event.events = events_of(trigger);
    event.data.ptr = &watcher;
    if (::epoll_ctl(fd_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
      return fail_errno("epoll_ctl", errno);
    }
    return {};
  }

  void remove(int fd, Watcher& watcher) override {
    ::epoll_ctl(fd_.get(), EPOLL_CTL_DEL, fd, nullptr);
    for (int i = next_; i < count_; ++i) {
      if (events_[static_cast<std::size_t>(i)].data.ptr == &watcher) {
        events_[static_cast<std::size_t>(i)].data.ptr = nullptr;
      }
    }
  }

  // Edges need no second asking.
  void rearm(int, Direction) override {}

  void wait(Duration limit) override {
    if (limit >= Vigil::sleep_min && vigil_.looks() && look()) return;
    ask(limit);
  }

  void dispatch() override {
    while (next_ < count_) {
      const epoll_event& event = events_[static_cast<std::size_t>(next_++)];
      if (event.data.ptr == nullptr) continue;
      Readiness readiness;
      readiness.readable = (event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
      readiness.writable = (event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
      readiness.input_ended = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
      readiness.hung_up = (event.events & (EPOLLHUP | EPOLLERR)) != 0;
      static_cast<Watcher*>(event.data.ptr)->on_ready(readiness);
    }
  }

  TimePoint now() override { return Clock::now(); }

 private:
  void ask(Duration limit) {
    const timespec time = to_timespec(limit);
    next_ = 0;
    count_ = ::epoll_pwait2(fd_.get(), events_.data(), static_cast<int>(events_.size()),
                            limit == forever ? nullptr : &time, nullptr);
    if (count_ < 0) {
      COACHWHIP_ASSERT(errno == EINTR);
      count_ = 0;
    }
  }

  // True if something became ready while it looked.
  bool look() {
    ask(Duration{});
    if (count_ > 0) return true;  // there was no sleep to be spared
    const TimePoint end = now() + Vigil::look_max;
    do {
      ask(Duration{});
    } while (count_ == 0 && now() < end);
    vigil_.has_looked(count_ > 0);
    return count_ > 0;
  }

  UniqueFd fd_;
  Vigil vigil_;
  // No more than what stays in the processor's caches until its turn is over.
  std::array<epoll_event, 64> events_{};
  int next_ = 0;
  int count_ = 0;
};

}  // namespace

timespec to_timespec(Duration limit) {
  using namespace std::chrono;
  const auto time = duration_cast<nanoseconds>(std::max(limit, Duration{}));
  return {.tv_sec = static_cast<time_t>(duration_cast<seconds>(time).count()),
          .tv_nsec = static_cast<long>((time % seconds(1)).count())};
}

Result<std::unique_ptr<Poller>> make_epoll_poller() {
  UniqueFd fd(::epoll_create1(EPOLL_CLOEXEC));
  if (!fd) return fail_errno("epoll_create1", errno);
  return std::make_unique<EpollPoller>(std::move(fd));
}

}  // namespace coachwhip::loop
