#include "supervisor/worker_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.hpp"

namespace coachwhip::supervisor {
namespace {

constexpr int exit_not_loaded = 3;  // the worker has said why
constexpr int exit_no_module = 1;   // how Python ends that does not find the worker's module

std::string seconds_text(Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

}  // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(const Context& context,
                                                            WorkerPlace place, Owner& owner) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("pipe", errno);
  UniqueFd ready_pipe(ends[0]);
  const UniqueFd writing_end(ends[1]);
  ::fcntl(ready_pipe.get(), F_SETFL, O_NONBLOCK);
  const WorkerDescriptors descriptors{context.exchange, context.lanes, writing_end.get()};
  const auto arguments = worker_arguments(context.config, context.mount, descriptors, place);
  auto pid = start_child(descriptors.all(), [&] {
    return execute(arguments, context.environment, descriptors.all());
  });
  if (!pid) return pass(std::move(pid.error()));
  std::unique_ptr<WorkerProcess> made(
      new WorkerProcess(context, std::move(place), *pid, std::move(ready_pipe), owner));
  auto watched = context.loop.poller().add(made->ready_pipe_.get(), *made, loop::Trigger::edge);
  if (!watched) {
    made->kill();
    return pass(std::move(watched.error()));
  }
  return made;
}

WorkerProcess::WorkerProcess(const Context& context, WorkerPlace place, pid_t pid,
                             UniqueFd ready_pipe, Owner& owner)
    : context_(context),
      place_(std::move(place)),
      pid_(pid),
      ready_pipe_(std::move(ready_pipe)),
      owner_(owner),
      patience_(context.loop, [this] { run_out_of_patience(); }) {
  patience_.set(context.config.start_timeout);
}

WorkerProcess::~WorkerProcess() { context_.loop.poller().remove(ready_pipe_.get(), *this); }

void WorkerProcess::stop() {
  if (phase_ == Phase::stopping) return;
  phase_ = Phase::stopping;
  ::kill(pid_, SIGTERM);
  patience_.set(context_.config.drain_timeout);
}

void WorkerProcess::stop_unwatched() {
  stop();
  patience_.clear();
}

void WorkerProcess::kill() {
  phase_ = Phase::stopping;
  ::kill(pid_, SIGKILL);
}

void WorkerProcess::run_out_of_patience() {
  if (phase_ == Phase::starting) {
    is_late_ = true;
  } else {
    log::warning(text() + " did not stop within " + seconds_text(context_.config.drain_timeout) +
                 " and is killed");
  }
  ::kill(pid_, SIGKILL);
}

// Only the word counts: that the pipe was closed without it means nothing until the process ends.
void WorkerProcess::on_ready(loop::Readiness) {
  std::array<char, 16> bytes{};
  const ssize_t got = ::read(ready_pipe_.get(), bytes.data(), bytes.size());
  if (got <= 0 || phase_ != Phase::starting) return;
  phase_ = Phase::ready;
  ready_since_ = context_.loop.now();
  patience_.clear();
  owner_.on_ready(*this);
}

std::optional<Duration> WorkerProcess::ready_for() const {
  if (!ready_since_) return std::nullopt;
  return context_.loop.now() - *ready_since_;
}

std::string WorkerProcess::text() const {
  return place_.name + " (pid " + std::to_string(pid_) + ")";
}

std::string WorkerProcess::why_not_ready(const Ending& ending) const {
  const std::string application = "the application '" + context_.mount.target + "'";
  if (is_late_) {
    return application + " was not ready within " + seconds_text(context_.config.start_timeout) +
           "; see what its import waits for, or allow more time with --start-timeout";
  }
  if (ending.has_exit_code(exit_not_loaded)) {
    return application + " could not be loaded, see the message above";
  }
  const std::string remedy = ending.has_exit_code(exit_no_module)
                                 ? "; is coachwhip installed for this Python?"
                                 : "";
  return application + " could not be started: " + context_.config.python + " has ended with " +
         ending.text() + remedy;
}

}  // namespace coachwhip::supervisor
