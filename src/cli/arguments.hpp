// The command line: which command, and what is said about each option; not yet what it means.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace coachwhip::cli {

enum class Action : std::uint8_t { serve, check, help, version, options_markdown };

struct Command {
  Action action = Action::serve;
  std::vector<config::Given> given;
};

// Without the program's name.
std::expected<Command, config::Faults> parse_arguments(std::span<const std::string> arguments);

}  // namespace coachwhip::cli
