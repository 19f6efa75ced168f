#include "models/level_poller.hpp"

#include <poll.h>
#include <unistd.h>

namespace coachwhip::models {

using loop::Trigger;

Result<void> LevelPoller::add(int fd, loop::Watcher& watcher, Trigger trigger) {
  const auto index = static_cast<std::size_t>(fd);
  if (entries_.size() <= index) entries_.resize(index + 1);
  const std::uint32_t life = entries_[index].life + 1;
  entries_[index] = {.watcher = &watcher, .trigger = trigger, .wants_read = true, .life = life};
  auto begun = begin_watching(fd);
  if (!begun) entry(fd).watcher = nullptr;
  return begun;
}

void LevelPoller::remove(int fd, loop::Watcher& watcher) {
  if (static_cast<std::size_t>(fd) >= entries_.size() || entry(fd).watcher != &watcher) return;
  end_watching(fd);
  entry(fd).watcher = nullptr;
  ++entry(fd).life;
}

short LevelPoller::poll_events(const Entry& entry) {
  int events = 0;
  if (entry.wants_read) events |= POLLIN;
  if (entry.wants_read && entry.trigger == Trigger::edge) events |= POLLRDHUP;
  if (entry.wants_write) events |= POLLOUT;
  return static_cast<short>(events);
}

loop::Readiness readiness_of(short events) {
  return {.readable = (events & (POLLIN | POLLRDHUP | POLLHUP | POLLERR)) != 0,
          .writable = (events & (POLLOUT | POLLHUP | POLLERR)) != 0,
          .input_ended = (events & (POLLRDHUP | POLLHUP | POLLERR)) != 0,
          .hung_up = (events & (POLLHUP | POLLERR)) != 0};
}

void LevelPoller::rearm(int fd, loop::Direction direction) {
  bool& wish = direction == loop::Direction::read ? entry(fd).wants_read : entry(fd).wants_write;
  if (wish) return;
  wish = true;
  update(fd);
}

void LevelPoller::dispatch() {
  telling_.swap(found_);
  for (const Found& told : telling_) {
    // A watcher that was told before may have removed this one, and its number may be in use again.
    if (entry(told.fd).watcher == nullptr || entry(told.fd).life != told.life) continue;
    forget_wish(told.fd, told.readiness);
    entry(told.fd).watcher->on_ready(told.readiness);
  }
  telling_.clear();
}

void LevelPoller::forget_wish(int fd, loop::Readiness readiness) {
  Entry& told = entry(fd);
  if (told.trigger == Trigger::counter) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(fd, &count, sizeof count);
  }
  if (told.trigger != Trigger::edge) return;
  if (readiness.readable) told.wants_read = false;
  if (readiness.writable) told.wants_write = false;
  update(fd);
}

}  // namespace coachwhip::models
