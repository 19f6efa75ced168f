// Signals: what the operator, the terminal and the kernel tell the supervisor, as events of its
// loop.
#pragma once

#include <csignal>
#include <initializer_list>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "loop/loop.hpp"

namespace coachwhip::supervisor {

// While it lives these signals are blocked and arrive here, even if they were ignored before.
class Signals final : private loop::Watcher {
 public:
  class Handler {
   public:
    virtual void on_signal(int signal) = 0;

   protected:
    ~Handler() = default;
  };

  // `handler` and `loop` outlive it.
  Signals(loop::Loop& loop, Handler& handler) : loop_(loop), handler_(handler) {}
  ~Signals();

  Result<void> watch(std::initializer_list<int> signals);

 private:
  void on_ready(loop::Readiness readiness) override;

  loop::Loop& loop_;
  Handler& handler_;
  UniqueFd fd_;
  sigset_t mask_before_{};
};

}  // namespace coachwhip::supervisor
