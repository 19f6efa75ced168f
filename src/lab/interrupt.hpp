// Interrupt: the user's Ctrl-C, heard at the next moment at which it is asked for.
#pragma once

#include <csignal>

#include "base/unique_fd.hpp"

namespace coachwhip::lab {

// While one exists, SIGINT and SIGTERM do not end the process.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  // Stays true.
  bool has_come();
  // Readable when it has come.
  int descriptor() const { return signals_.get(); }

 private:
  sigset_t before_{};
  UniqueFd signals_;
  bool has_come_ = false;
};

}  // namespace coachwhip::lab
