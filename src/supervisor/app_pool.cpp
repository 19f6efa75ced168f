#include "supervisor/app_pool.hpp"

#include <algorithm>
#include <unistd.h>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace coachwhip::supervisor {
namespace {

std::vector<std::string> own_environment() {
  std::vector<std::string> out;
  for (char** variable = environ; *variable != nullptr; ++variable) out.emplace_back(*variable);
  return out;
}

}  // namespace

AppPool::AppPool(loop::Loop& loop, const config::Config& config, const Inheritance& inheritance,
                 Application& application, Owner& owner)
    : application_(application),
      context_{.loop = loop,
               .config = config,
               .mount = application.mount,
               .exchange = application.exchange.fd(),
               .lanes = inheritance.lanes(application),
               .environment = worker_environment(config, own_environment(), find_package_folder())},
      owner_(owner),
      cells_(exchange::cells_for(config.workers)),
      seats_(config.workers) {
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    seats_[i].restart = std::make_unique<loop::Alarm>(loop, [this, i] { fill(i); });
  }
}

// An application that cannot be loaded is to say so once, and the first answer is to come soon: so
// the other seats wait until the first process is ready.
Result<void> AppPool::start() {
  auto started = start_in(0);
  if (!started) return pass(std::move(started.error()));
  seats_.front().process = std::move(*started);
  return {};
}

// The process is for this seat, but the caller seats it.
Result<std::unique_ptr<WorkerProcess>> AppPool::start_in(std::size_t seat) {
  const auto cell = std::ranges::find(cells_, false, &Cell::is_taken);
  COACHWHIP_ASSERT(cell != cells_.end());
  const WorkerPlace place{static_cast<std::size_t>(cell - cells_.begin()), cell->incarnation + 1,
                          context_.mount.target + " worker " + std::to_string(seat + 1)};
  auto started = WorkerProcess::start(context_, place, *this);
  if (!started) return started;
  *cell = {place.incarnation, true};
  return started;
}

void AppPool::fill(std::size_t seat) {
  auto started = start_in(seat);
  if (!started) {
    log::error(started.error().message + "; " + fill_later(seat, std::nullopt));
    return;
  }
  seats_[seat].process = std::move(*started);
}

// Returns what to say of it.
std::string AppPool::fill_later(std::size_t seat, std::optional<Duration> ready_for) {
  const Duration delay = seats_[seat].policy.next_delay(ready_for);
  seats_[seat].restart->set(delay);
  return "starting another one " + delay_text(delay);
}

void AppPool::on_ready(WorkerProcess& worker) {
  log::debug(worker.text() + " is ready");
  if (replacement_.get() == &worker) {
    Seat& seat = seats_[*reloading_];
    seat.restart->clear();
    if (seat.process) {
      seat.process->stop();
      let_go(std::move(seat.process));
    }
    seat.process = std::move(replacement_);
    ++*reloading_;
    return continue_reload();
  }
  if (!std::exchange(is_started_, true)) {
    for (std::size_t i = 1; i < seats_.size(); ++i) fill(i);
  }
  owner_.on_worker_ready(*this);
}

void AppPool::let_go(std::unique_ptr<WorkerProcess> process) {
  if (process) leaving_.push_back(std::move(process));
}

void AppPool::reload() {
  COACHWHIP_ASSERT(!reloading_ && !is_stopped_);
  reloading_ = 0;
  continue_reload();
}

void AppPool::continue_reload() {
  if (!reloading_ || replacement_) return;
  if (*reloading_ == seats_.size()) return end_reload(true);
  // Goes on when one has left. The cells of empty seats stay theirs.
  if (seats_.size() + leaving_.size() >= cells_.size()) return;
  auto started = start_in(*reloading_);
  if (!started) {
    log::error(started.error().message);
    return end_reload(false);
  }
  replacement_ = std::move(*started);
}

void AppPool::end_reload(bool is_complete) {
  reloading_.reset();
  owner_.on_reload_ended(*this, is_complete);
}

void AppPool::stop() {
  is_stopped_ = true;
  reloading_.reset();
  for (Seat& seat : seats_) {
    seat.restart->clear();
    let_go(std::move(seat.process));
  }
  let_go(std::move(replacement_));
  for (const auto& process : leaving_) process->stop_unwatched();
}

void AppPool::kill() {
  stop();
  for (const auto& process : leaving_) process->kill();
}

bool AppPool::take_ended(pid_t pid, const Ending& ending) {
  const auto is_it = [pid](const std::unique_ptr<WorkerProcess>& process) {
    return process && process->pid() == pid;
  };
  if (const auto seat = std::ranges::find_if(seats_, is_it, &Seat::process); seat != seats_.end()) {
    const auto process = std::move(seat->process);
    vacate(*process);
    seat_ended(static_cast<std::size_t>(seat - seats_.begin()), *process, ending);
    return true;
  }
  if (is_it(replacement_)) {
    const auto process = std::move(replacement_);
    vacate(*process);
    log::error(process->why_not_ready(ending));
    end_reload(false);
    return true;
  }
  const auto left = std::ranges::find_if(leaving_, is_it);
  if (left == leaving_.end()) return false;
  const auto process = std::move(*left);
  leaving_.erase(left);
  vacate(*process);
  log::debug(process->text() + " has left with " + ending.text());
  continue_reload();
  return true;
}

// A cell without an owner tells the front that whatever the process had is to be reclaimed.
void AppPool::vacate(const WorkerProcess& process) {
  const WorkerPlace& place = process.place();
  exchange::WorkerCell& cell = application_.exchange.worker(place.cell);
  cell.owner.store(0);
  cell.threads.store(0);
  cell.asleep.store(0);
  cells_[place.cell].is_taken = false;
  owner_.on_worker_gone(*this, exchange::make_owner(place.cell, place.incarnation));
}

void AppPool::seat_ended(std::size_t seat, const WorkerProcess& process, const Ending& ending) {
  if (process.is_starting()) {
    owner_.on_start_failed(*this, process.why_not_ready(ending));
    if (is_stopped_) return;
  }
  log::warning(process.text() + " has ended with " + ending.text() + "; " +
               fill_later(seat, process.ready_for()));
}

bool AppPool::has_ready_worker() const {
  return std::ranges::any_of(
      seats_, [](const Seat& seat) { return seat.process && seat.process->is_ready(); });
}

std::vector<std::string> AppPool::leaving() const {
  std::vector<std::string> out;
  for (const auto& process : leaving_) out.push_back(process->text());
  return out;
}

bool AppPool::is_empty() const {
  return leaving_.empty() && !replacement_ &&
         std::ranges::none_of(seats_, [](const Seat& seat) { return seat.process != nullptr; });
}

}  // namespace coachwhip::supervisor
