#include "front/front.hpp"

#include <cerrno>
#include <csignal>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>

#include "base/log.hpp"
#include "front/control.hpp"
#include "front/front_thread.hpp"

namespace coachwhip::front {
namespace {

using Threads = std::vector<std::unique_ptr<FrontThread>>;

// Hears the supervisor, on the first thread's loop, and passes on what it says.
class ControlLine final : private loop::Watcher {
 public:
  ControlLine(int socket, Threads& threads) : socket_(socket), threads_(threads) {}
  ~ControlLine() { loop().poller().remove(socket_, *this); }

  Result<void> watch() { return loop().poller().add(socket_, *this, loop::Trigger::level); }

  void say_ready() {
    const ControlMessage message{.kind = ControlKind::ready};
    static_cast<void>(::send(socket_, &message, sizeof message, MSG_NOSIGNAL));
  }

 private:
  loop::Loop& loop() { return threads_.front()->loop(); }

  void on_ready(loop::Readiness) override {
    for (;;) {
      ControlMessage message;
      const ssize_t got = ::recv(socket_, &message, sizeof message, MSG_DONTWAIT);
      if (got == sizeof message) {
        obey(message);
      } else if (got == 0) {
        loop().poller().remove(socket_, *this);
        return drain();  // the supervisor is gone
      } else if (got > 0 || errno != EINTR) {
        return;
      }
    }
  }

  void obey(const ControlMessage& message) {
    if (message.kind == ControlKind::drain) return drain();
    if (message.kind != ControlKind::worker_gone) return;
    for (const auto& thread : threads_) {
      thread->loop().post(
          [&front = *thread, message] { front.worker_gone(message.app, message.owner); });
    }
  }

  void drain() {
    if (std::exchange(draining_, true)) return;
    for (const auto& thread : threads_) {
      thread->loop().post([&front = *thread] { front.drain(); });
    }
  }

  int socket_;
  Threads& threads_;
  bool draining_ = false;
};

// A model that cannot watch more lets the others wait in the kernel's queue.
void limit_descriptors(std::size_t most) {
  rlimit limit{};
  if (most == 0 || ::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= most) return;
  limit.rlim_cur = most;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int give_up(const Error& error) {
  log::error(error.message);
  return 1;
}

}  // namespace

int run(const Setup& setup) {
  // The supervisor hears the terminal and the operator; a broken pipe is an error code, not a
  // signal.
  for (const int signal : {SIGINT, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "coachwhip-front");
  limit_descriptors(setup.config.model->descriptors_max);
  auto access_log = open_access_log(setup.config.access_log);
  if (!access_log) return give_up(access_log.error());
  Threads threads;
  for (std::size_t i = 0; i < setup.config.front_threads; ++i) {
    auto made = FrontThread::make(setup, i, access_log->get());
    if (!made) return give_up(made.error());
    threads.push_back(std::move(*made));
  }
  ControlLine control(setup.control, threads);
  auto watched = control.watch();
  if (!watched) return give_up(watched.error());
  for (const auto& thread : threads) {
    auto listening = thread->start_listening();
    if (!listening) return give_up(listening.error());
  }
  // The threads have theirs, and the addresses are to be free when these are closed.
  for (net::OpenedListener& opened : setup.listeners) opened.socket.reset();
  control.say_ready();
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < threads.size(); ++i) {
    others.emplace_back([&front = *threads[i]] { front.run(); });
  }
  threads.front()->run();
  return 0;
}

}  // namespace coachwhip::front
