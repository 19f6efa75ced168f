#include "loop/loop.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/eventfd.h>

namespace coachwhip::loop {

Result<std::unique_ptr<Loop>> Loop::make(Result<std::unique_ptr<Poller>> poller) {
  if (!poller) return pass(std::move(poller.error()));
  UniqueFd wake_fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake_fd) return fail_errno("eventfd", errno);
  std::unique_ptr<Loop> loop(new Loop(std::move(*poller), std::move(wake_fd)));
  auto added = loop->poller_->add(loop->wake_fd_.get(), *loop, Trigger::level);
  if (!added) return pass(std::move(added.error()));
  return loop;
}

Loop::Loop(std::unique_ptr<Poller> poller, UniqueFd wake_fd)
    : poller_(std::move(poller)),
      wake_fd_(std::move(wake_fd)),
      now_(poller_->now()),
      wheel_(now_) {}

Loop::~Loop() { poller_->remove(wake_fd_.get(), *this); }

void Loop::run() {
  stopping_ = false;
  while (!stopping_) turn(forever);
}

void Loop::turn(Duration limit) {
  bool busy = false;
  for (TurnHook* hook : hooks_) busy |= hook->collect();
  run_ready();
  if (busy || !ready_.empty()) limit = Duration{};
  if (const TimePoint next = wheel_.next(); next != never) limit = std::min(limit, next - now_);
  if (stopping_) limit = Duration{};
  for (TurnHook* hook : hooks_) limit = std::min(limit, hook->before_sleep());
  poller_->wait(limit);
  now_ = poller_->now();
  wall_is_fresh_ = false;
  for (TurnHook* hook : hooks_) hook->after_sleep();
  poller_->dispatch();
  run_ready();
  wheel_.advance(now_);
}

// One round: whoever becomes ready meanwhile has the next turn, so that nobody can hold the loop.
void Loop::run_ready() {
  running_.swap(ready_);
  for (const auto handle : running_) handle.resume();
  running_.clear();
}

WallTime Loop::wall_now() {
  if (!wall_is_fresh_) {
    wall_now_ = WallClock::now();
    wall_is_fresh_ = true;
  }
  return wall_now_;
}

void Loop::post(std::move_only_function<void()> work) {
  {
    const std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(work));
  }
  wake();
}

void Loop::stop() {
  post([this] { stopping_ = true; });
}

void Loop::wake() {
  const std::uint64_t one = 1;
  // A full counter means that the loop is being woken already.
  [[maybe_unused]] const auto written = ::write(wake_fd_.get(), &one, sizeof one);
}

void Loop::on_ready(Readiness) {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(wake_fd_.get(), &count, sizeof count);
  run_posted();
}

void Loop::run_posted() {
  std::vector<std::move_only_function<void()>> posted;
  {
    const std::lock_guard lock(posted_mutex_);
    posted.swap(posted_);
  }
  for (auto& work : posted) work();
}

}  // namespace coachwhip::loop
