// Progress: the line that says what runs and what is left.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace coachwhip::lab {

// On a terminal one line that changes, else a line for each model.
class Progress {
 public:
  explicit Progress(std::size_t steps);
  ~Progress();

  // `group`: the model and the round.
  void begin(std::string_view group, std::string_view step);
  void end_step() { ++done_; }
  void end_steps(std::size_t count) { done_ += count; }
  // A line that stays.
  void say(std::string_view text);

 private:
  std::string left() const;
  void clear();

  std::size_t steps_;
  std::size_t done_ = 0;
  bool is_terminal_;
  bool has_line_ = false;
  std::string group_;
  TimePoint began_;
};

}  // namespace coachwhip::lab
