// Server: all processes of one running server and the order in which they start and stop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "supervisor/app_pool.hpp"
#include "supervisor/front_process.hpp"
#include "supervisor/inheritance.hpp"
#include "supervisor/signals.hpp"

namespace coachwhip::supervisor {

//   starting ──front and an application's worker each ready──▶ serving
//      │ a worker fails                                          │ SIGTERM, SIGINT
//      ▼                                                         ▼
//   ending ◀──the front has ended, or the time is up───────── draining
//      │
//      └──every process has ended──▶ run() returns
//
// Draining, the front finishes the open requests, for which it needs the workers; ending, they
// finish too, in a few seconds. Out of every phase SIGQUIT, or a second SIGTERM or SIGINT, kills
// what is left. SIGHUP, while serving, replaces the workers.
class Server final : private AppPool::Owner, private FrontProcess::Owner, private Signals::Handler {
 public:
  // Everything outlives it.
  Server(loop::Loop& loop, const config::Config& config, Inheritance& inheritance);

  Result<void> start();
  // Returns the exit code.
  int run();

 private:
  enum class Phase { starting, serving, draining, ending };

  void on_signal(int signal) override;
  void on_worker_ready(AppPool& pool) override;
  void on_start_failed(AppPool& pool, const std::string& why) override;
  void on_worker_gone(AppPool& pool, std::uint32_t owner) override;
  void on_reload_ended(AppPool& pool, bool is_complete) override;
  void on_front_ready() override;

  void check_started();
  std::string description() const;
  void take_ended_processes();
  void front_ended(const Ending& ending);
  void hang_up();
  void reload();
  std::size_t index_of(const AppPool& pool) const;
  void drain();
  void give_up_draining();
  void end();
  void kill();
  void check_ended();

  loop::Loop& loop_;
  const config::Config& config_;
  Inheritance& inheritance_;
  Signals signals_;
  FrontProcess front_;
  std::vector<std::unique_ptr<AppPool>> pools_;
  loop::Alarm drain_limit_;
  TimePoint drain_until_{};
  Phase phase_ = Phase::starting;
  int exit_code_ = 0;
  bool is_reloading_ = false;
  bool reload_again_ = false;
  bool ends_with_terminal_;
};

}  // namespace coachwhip::supervisor
