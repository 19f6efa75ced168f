#include "supervisor/front_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>

#include "base/log.hpp"

namespace coachwhip::supervisor {
namespace {

// How long the last of a front's processes is waited for before another look.
constexpr Duration ending_time = std::chrono::milliseconds(10);

std::vector<int> numbers(const std::vector<UniqueFd>& descriptors) {
  std::vector<int> out(descriptors.size());
  std::ranges::transform(descriptors, out.begin(), &UniqueFd::get);
  return out;
}

}  // namespace

FrontProcess::FrontProcess(loop::Loop& loop, const config::Config& config, Inheritance& inheritance,
                           Owner& owner)
    : loop_(loop),
      config_(config),
      inheritance_(inheritance),
      owner_(owner),
      restart_(loop, [this] { restart(); }) {}

FrontProcess::~FrontProcess() { close_control(); }

Result<void> FrontProcess::start() {
  auto control = open_control();
  if (!control) return pass(std::move(control.error()));
  auto pid = start_child(descriptors(control->get()), [&] { return run(control->get()); });
  if (!pid) return pass(std::move(pid.error()));
  pid_ = *pid;
  return {};
}

// Processes that the front had of its own may end a moment after it. They hold its end of the
// control socket, and their places in the exchange.
bool FrontProcess::is_gone() const {
  char byte = 0;
  return !control_ || ::recv(control_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void FrontProcess::restart() {
  if (!is_gone()) return restart_.set(ending_time);
  auto started = start();
  if (!started) log::error(started.error().message + "; trying again " + start_later());
}

// Returns the front's end.
Result<UniqueFd> FrontProcess::open_control() {
  close_control();
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
    return fail_errno("socketpair", errno);
  }
  control_.reset(ends[0]);
  UniqueFd front_end(ends[1]);
  auto watched = loop_.poller().add(control_.get(), *this, loop::Trigger::edge);
  if (!watched) return pass(std::move(watched.error()));
  return front_end;
}

void FrontProcess::close_control() {
  if (!control_) return;
  loop_.poller().remove(control_.get(), *this);
  control_.reset();
  outbox_.clear();
}

// In the front's process.
int FrontProcess::run(int control) {
  // A service manager sends it to every process, but only the supervisor knows when the front may
  // end.
  std::signal(SIGTERM, SIG_IGN);
  std::vector<front::AppLink> apps;
  apps.reserve(inheritance_.applications.size());
  for (Application& application : inheritance_.applications) {
    apps.push_back({application.exchange, numbers(application.front_files)});
  }
  const std::vector<int> wake_fds = numbers(inheritance_.wake_fds);
  return front::run({.config = config_,
                     .listeners = inheritance_.listeners,
                     .apps = apps,
                     .wake_fds = wake_fds,
                     .control = control});
}

std::vector<int> FrontProcess::descriptors(int control) const {
  std::vector<int> out{control};
  for (const net::OpenedListener& listener : inheritance_.listeners) {
    out.push_back(listener.socket.get());
  }
  for (const UniqueFd& fd : inheritance_.wake_fds) out.push_back(fd.get());
  for (const Application& application : inheritance_.applications) {
    out.push_back(application.exchange.fd());
    for (const UniqueFd& fd : application.front_files) out.push_back(fd.get());
  }
  return out;
}

void FrontProcess::drain() {
  restart_.clear();
  tell({.kind = models::ControlKind::drain});
}

void FrontProcess::kill() {
  restart_.clear();
  if (pid_) ::kill(*pid_, SIGKILL);
}

void FrontProcess::tell(const models::ControlMessage& message) {
  if (!pid_) return;
  outbox_.push_back(message);
  send();
}

bool FrontProcess::take_ended(pid_t pid) {
  if (pid_ != pid) return false;
  pid_.reset();
  outbox_.clear();
  ready_for_.reset();
  if (ready_since_) ready_for_ = loop_.now() - *ready_since_;
  ready_since_.reset();
  return true;
}

std::string FrontProcess::start_later() {
  const Duration delay = policy_.next_delay(ready_for_);
  restart_.set(delay);
  return delay_text(delay);
}

void FrontProcess::on_ready(loop::Readiness) {
  send();
  receive();
}

void FrontProcess::receive() {
  models::ControlMessage message;
  while (::recv(control_.get(), &message, sizeof message, 0) == sizeof message) {
    if (message.kind != models::ControlKind::ready || ready_since_) continue;
    ready_since_ = loop_.now();
    owner_.on_front_ready();
  }
}

void FrontProcess::send() {
  while (!outbox_.empty()) {
    const models::ControlMessage& message = outbox_.front();
    if (::send(control_.get(), &message, sizeof message, MSG_NOSIGNAL) < 0) return;
    outbox_.pop_front();
  }
}

}  // namespace coachwhip::supervisor
