#include "front/front_thread.hpp"

#include <fcntl.h>
#include <random>

#include "base/log.hpp"

namespace coachwhip::front {
namespace {

// Request ids are unique in a server: a random start, and a range of its own for each thread.
std::uint64_t first_request_id(std::size_t index) {
  std::random_device random;
  return std::uint64_t{random()} << 32 | static_cast<std::uint64_t>(index) << 26;
}

}  // namespace

// One listening socket and what is known of the connections that come through it.
class FrontThread::Door final : public net::Acceptor {
 public:
  Door(FrontThread& front, const net::OpenedListener& opened)
      : front_(front),
        opened_(opened),
        socket_(::fcntl(opened.socket.get(), F_DUPFD_CLOEXEC, 3)),
        listener_(*front.loop_, socket_.get(), *this) {}

  Result<void> open() { return listener_.start(); }
  // Who connects waits in the kernel's queue.
  void pause() { listener_.stop(); }
  // Whoever has connected by now is accepted.
  void close() {
    listener_.accept_waiting();
    listener_.stop();
    socket_.reset();
  }
  void on_accept(net::Accepted accepted) override {
    front_.sessions_.start(std::move(accepted), opened_);
    front_.pause_if_full();
  }

 private:
  FrontThread& front_;
  const net::OpenedListener& opened_;
  UniqueFd socket_;
  net::Listener listener_;
};

// The eventfd by which workers end the loop's sleep. What they have to say is found in the
// exchange.
class FrontThread::WakeUp final : private loop::Watcher {
 public:
  WakeUp(loop::Loop& loop, int fd) : loop_(loop), fd_(fd) {}
  ~WakeUp() { loop_.poller().remove(fd_, *this); }
  Result<void> watch() { return loop_.poller().add(fd_, *this, loop::Trigger::counter); }

 private:
  void on_ready(loop::Readiness) override {}

  loop::Loop& loop_;
  int fd_;
};

FrontThread::FrontThread(const Setup& setup, std::size_t index, std::unique_ptr<loop::Loop> loop,
                         Site site, int access_log)
    : connections_max_(setup.config.model->connections_max),
      loop_(std::move(loop)),
      site_(std::move(site)),
      context_(*loop_, *site_.root, setup.config.limits, first_request_id(index)),
      sessions_(context_, *this) {
  if (access_log >= 0) {
    access_log_ = std::make_unique<AccessLog>(*loop_, access_log, setup.config.access_log.format);
    context_.observer = access_log_.get();
  }
  for (const net::OpenedListener& opened : setup.listeners) {
    doors_.push_back(std::make_unique<Door>(*this, opened));
  }
  wake_up_ = std::make_unique<WakeUp>(*loop_, setup.wake_fds[index]);
}

FrontThread::~FrontThread() = default;

Result<std::unique_ptr<FrontThread>> FrontThread::make(const Setup& setup, std::size_t index,
                                                       int access_log) {
  auto poller = setup.config.model->make_poller();
  if (!poller) return pass(std::move(poller.error()));
  auto loop = loop::Loop::make(std::move(*poller));
  if (!loop) return pass(std::move(loop.error()));
  auto site = build_site(setup, index, **loop);
  if (!site) return pass(std::move(site.error()));
  std::unique_ptr<FrontThread> made(
      new FrontThread(setup, index, std::move(*loop), std::move(*site), access_log));
  auto watched = made->wake_up_->watch();
  if (!watched) return pass(std::move(watched.error()));
  return made;
}

Result<void> FrontThread::start_listening() {
  for (const auto& door : doors_) {
    auto started = door->open();
    if (!started) return started;
  }
  return {};
}

bool FrontThread::is_full() const {
  return connections_max_ != 0 && sessions_.count() >= connections_max_;
}

void FrontThread::pause_if_full() {
  if (is_paused_ || !is_full()) return;
  is_paused_ = true;
  for (const auto& door : doors_) door->pause();
}

void FrontThread::on_session_ended() {
  if (!is_paused_ || is_full()) return;
  is_paused_ = false;
  const auto started = start_listening();
  if (!started) log::error("cannot listen again: " + started.error().message);
}

void FrontThread::drain() {
  connections_max_ = 0;  // who waits is accepted and served
  on_session_ended();
  for (const auto& door : doors_) door->close();
  sessions_.drain();
  nursery_.start(finish());
}

Task<void> FrontThread::finish() {
  co_await sessions_.ended();
  loop_->stop();
}

void FrontThread::worker_gone(std::size_t app, std::uint32_t owner) {
  if (app < site_.lanes.size()) site_.lanes[app]->worker_gone(owner);
}

}  // namespace coachwhip::front
