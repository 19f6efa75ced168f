// AppPool: the worker processes of one application: keeps their number, and replaces them one after
// the other.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "loop/alarm.hpp"
#include "supervisor/inheritance.hpp"
#include "supervisor/restart_policy.hpp"
#include "supervisor/worker_process.hpp"

namespace coachwhip::supervisor {

// A pool has `config.workers` seats. In a seat sits a process, or it waits for its next one:
//
//   empty ──start──▶ starting ──ready──▶ ready          in either it may end: after a pause, which
//     ▲                 │                  │            the policy sets, the seat gets another one
//     └───────pause─────┴───────ended──────┘
//
// A reload goes from seat to seat: it starts the replacement beside whatever the seat holds, and
// when that is ready it takes the seat. The old one leaves: it finishes its requests and ends. A
// replacement that fails ends the reload, and the seats keep what they have.
//
// Every process has a cell of the exchange for itself until it has ended.
class AppPool final : private WorkerProcess::Owner {
 public:
  class Owner {
   public:
    virtual void on_worker_ready(AppPool& pool) = 0;
    // A seat's process has ended before it was ready; `why` is one line. It will be started again
    // unless the owner stops the pool.
    virtual void on_start_failed(AppPool& pool, const std::string& why) = 0;
    // `owner` is the process's id in the exchange.
    virtual void on_worker_gone(AppPool& pool, std::uint32_t owner) = 0;
    virtual void on_reload_ended(AppPool& pool, bool is_complete) = 0;

   protected:
    ~Owner() = default;
  };

  // Everything outlives the pool.
  AppPool(loop::Loop& loop, const config::Config& config, const Inheritance& inheritance,
          Application& application, Owner& owner);

  // One worker now, the others when it is ready.
  Result<void> start();
  // One at a time, once a worker has been ready.
  void reload();
  // All processes leave, or are killed; no others are started. Who tells them to leave kills those
  // that do not.
  void stop();
  void kill();

  // A process of the server has ended: false if it is not of this pool.
  bool take_ended(pid_t pid, const Ending& ending);

  bool has_ready_worker() const;
  // The processes that were told to leave and have not: "app:app worker 1 (pid 4711)".
  std::vector<std::string> leaving() const;
  // No process is left.
  bool is_empty() const;

 private:
  struct Seat {
    std::unique_ptr<WorkerProcess> process;
    RestartPolicy policy;
    std::unique_ptr<loop::Alarm> restart;
  };

  struct Cell {
    std::uint32_t incarnation = 0;
    bool is_taken = false;
  };

  void on_ready(WorkerProcess& worker) override;
  Result<std::unique_ptr<WorkerProcess>> start_in(std::size_t seat);
  void fill(std::size_t seat);
  void let_go(std::unique_ptr<WorkerProcess> process);
  void vacate(const WorkerProcess& process);
  void seat_ended(std::size_t seat, const WorkerProcess& process, const Ending& ending);
  std::string fill_later(std::size_t seat, std::optional<Duration> ready_for);
  void continue_reload();
  void end_reload(bool is_complete);

  Application& application_;
  WorkerProcess::Context context_;
  Owner& owner_;
  std::vector<Cell> cells_;
  std::vector<Seat> seats_;
  std::vector<std::unique_ptr<WorkerProcess>> leaving_;
  std::unique_ptr<WorkerProcess> replacement_;
  std::optional<std::size_t> reloading_;  // the seat whose turn it is
  bool is_started_ = false;
  bool is_stopped_ = false;
};

}  // namespace coachwhip::supervisor
