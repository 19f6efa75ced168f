#include "supervisor/server.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/log.hpp"

namespace coachwhip::supervisor {
namespace {

bool has_terminal() { return static_cast<bool>(UniqueFd(::open("/dev/tty", O_RDWR | O_CLOEXEC))); }

// For workers to end that have nothing to do any more.
constexpr Duration leaving_time_max = std::chrono::seconds(5);

bool is_ignored(int signal) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

}  // namespace

Server::Server(loop::Loop& loop, const config::Config& config, Inheritance& inheritance)
    : loop_(loop),
      config_(config),
      inheritance_(inheritance),
      signals_(loop, *this),
      front_(loop, config, inheritance, *this),
      drain_limit_(loop, [this] { give_up_draining(); }),
      ends_with_terminal_(has_terminal() && !is_ignored(SIGHUP)) {
  AppPool::Owner& owner = *this;
  for (Application& application : inheritance.applications) {
    pools_.push_back(std::make_unique<AppPool>(loop, config, inheritance, application, owner));
  }
}

// The workers first: they take longer.
Result<void> Server::start() {
  auto watched = signals_.watch({SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGCHLD});
  if (!watched) return watched;
  for (const auto& pool : pools_) {
    auto started = pool->start();
    if (!started) return started;
  }
  return front_.start();
}

int Server::run() {
  loop_.run();
  return exit_code_;
}

void Server::on_signal(int signal) {
  switch (signal) {
    case SIGCHLD:
      return take_ended_processes();
    case SIGHUP:
      return hang_up();
    case SIGQUIT:
      return kill();
    default:
      return phase_ < Phase::draining ? drain() : kill();
  }
}

void Server::on_worker_ready(AppPool&) { check_started(); }
void Server::on_front_ready() { check_started(); }

void Server::check_started() {
  if (phase_ != Phase::starting || !front_.is_ready()) return;
  if (!std::ranges::all_of(pools_, &AppPool::has_ready_worker)) return;
  phase_ = Phase::serving;
  log::info(description());
  if (std::exchange(reload_again_, false)) reload();
}

// "serving app:app at /, /srv/files at /static on http://127.0.0.1:8000 (…)"
std::string Server::description() const {
  std::string text = "serving ";
  for (const config::Mount& mount : config_.mounts) {
    if (&mount != &config_.mounts.front()) text += ", ";
    text += mount.target;
    if (config_.mounts.size() > 1 || mount.path != "/") text += " at " + mount.path;
  }
  for (const net::OpenedListener& listener : inheritance_.listeners) {
    text += &listener == &inheritance_.listeners.front() ? " on " : ", ";
    text += listener.url;
  }
  if (pools_.empty()) return text;
  const auto count = [](unsigned number, const char* noun) {
    return std::to_string(number) + ' ' + noun + (number == 1 ? "" : "s");
  };
  return text + " (" + count(config_.workers, "worker") + " x " + count(config_.threads, "thread") +
         ", Python at " + config_.python + ")";
}

// Also reaps orphans of the workers, which come to us in a container where we are process 1.
void Server::take_ended_processes() {
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    const Ending ending(status);
    if (front_.take_ended(pid)) {
      front_ended(ending);
      continue;
    }
    std::ranges::any_of(pools_, [&](const auto& pool) { return pool->take_ended(pid, ending); });
  }
  check_ended();
}

void Server::front_ended(const Ending& ending) {
  switch (phase_) {
    case Phase::starting:
      log::error("the front could not be started: it ended with " + ending.text());
      exit_code_ = 1;
      return kill();
    case Phase::serving:
      log::error("the front has ended with " + ending.text() + "; starting another one " +
                 front_.start_later());
      return;
    case Phase::draining:
      if (!ending.has_exit_code(0)) log::error("the front has ended with " + ending.text());
      return end();
    case Phase::ending:
      return;
  }
}

void Server::on_start_failed(AppPool&, const std::string& why) {
  log::error(why);
  if (phase_ != Phase::starting) return;
  exit_code_ = 2;  // as for any input that is wrong
  kill();
}

void Server::on_worker_gone(AppPool& pool, std::uint32_t owner) {
  front_.tell({.kind = models::ControlKind::worker_gone,
               .app = static_cast<std::uint32_t>(index_of(pool)),
               .owner = owner});
}

std::size_t Server::index_of(const AppPool& pool) const {
  const auto is_it = [&pool](const auto& each) { return each.get() == &pool; };
  return static_cast<std::size_t>(std::ranges::find_if(pools_, is_it) - pools_.begin());
}

// SIGHUP has two meanings: the operator wants new workers, or the terminal is gone.
void Server::hang_up() {
  if (phase_ >= Phase::draining) return;
  if (ends_with_terminal_ && !has_terminal()) return drain();
  if (phase_ == Phase::starting || is_reloading_) {
    reload_again_ = true;
  } else {
    reload();
  }
}

void Server::reload() {
  if (pools_.empty()) return log::info("nothing to reload: there are no workers");
  log::info("reloading: the workers are replaced one after the other");
  is_reloading_ = true;
  pools_.front()->reload();
}

void Server::on_reload_ended(AppPool& pool, bool is_complete) {
  if (phase_ != Phase::serving) return;
  const std::size_t next = index_of(pool) + 1;
  if (is_complete && next < pools_.size()) return pools_[next]->reload();
  if (is_complete) {
    log::info("reloaded");
  } else {
    log::error("the reload was given up; the workers that are there go on serving");
  }
  is_reloading_ = false;
  if (std::exchange(reload_again_, false)) reload();
}

void Server::drain() {
  log::info("stopping: open requests are finished first");
  phase_ = Phase::draining;
  drain_until_ = loop_.now() + config_.drain_timeout;
  drain_limit_.set(config_.drain_timeout);
  inheritance_.stop_listening();
  front_.drain();
  if (!front_.is_running()) end();
}

void Server::give_up_draining() {
  std::string names;
  for (const auto& pool : pools_) {
    for (const std::string& name : pool->leaving()) names += (names.empty() ? "" : ", ") + name;
  }
  if (phase_ == Phase::ending) {
    log::warning("killed, as they have nothing to do and do not end: " + names);
  } else {
    log::warning("the time to drain is up: what is left is killed");
  }
  kill();
}

// No request is open.
void Server::end() {
  phase_ = Phase::ending;
  const Duration left = std::max(drain_until_ - loop_.now(), Duration::zero());
  drain_limit_.set(std::min(left, leaving_time_max));
  for (const auto& pool : pools_) pool->stop();
  check_ended();
}

void Server::kill() {
  phase_ = Phase::ending;
  front_.kill();
  for (const auto& pool : pools_) pool->kill();
  check_ended();
}

void Server::check_ended() {
  if (phase_ != Phase::ending || front_.is_running()) return;
  if (std::ranges::all_of(pools_, &AppPool::is_empty)) loop_.stop();
}

}  // namespace coachwhip::supervisor
