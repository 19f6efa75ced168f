#include "lab/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace coachwhip::lab {
namespace {

constexpr std::size_t steps_to_tell = 8;  // before that nobody knows how long it will take

}  // namespace

Progress::Progress(std::size_t steps)
    : steps_(steps), is_terminal_(::isatty(STDERR_FILENO) == 1), began_(Clock::now()) {}

Progress::~Progress() { clear(); }

void Progress::begin(std::string_view group, std::string_view step) {
  const bool is_new = group != group_;
  group_ = group;
  const std::size_t percent = done_ * 100 / std::max<std::size_t>(1, steps_);
  if (is_terminal_) {
    const std::string line = fmt::format("{:3} % {}: {}{}", percent, group, step, left());
    std::fprintf(stderr, "\r%.99s\033[K", line.c_str());
    has_line_ = true;
  } else if (is_new) {
    std::fputs(fmt::format("{:3} % {}{}\n", percent, group, left()).c_str(), stderr);
  }
}

std::string Progress::left() const {
  if (done_ < steps_to_tell) return {};
  const double passed = std::chrono::duration<double>(Clock::now() - began_).count();
  const double left = passed / static_cast<double>(done_) * static_cast<double>(steps_ - done_);
  const auto seconds = static_cast<unsigned>(left + 0.5);
  return fmt::format(", about {}:{:02} left", seconds / 60, seconds % 60);
}

void Progress::say(std::string_view text) {
  clear();
  std::fputs(fmt::format("{}\n", text).c_str(), stderr);
}

void Progress::clear() {
  if (has_line_) std::fputs("\r\033[K", stderr);
  has_line_ = false;
}

}  // namespace coachwhip::lab
