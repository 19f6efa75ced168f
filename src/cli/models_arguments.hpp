// The command line of `coachwhip models`: what is to be done with which of them.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "models/model.hpp"

namespace coachwhip::cli {

enum class ModelsAction : std::uint8_t { list, compare, trace, help };

struct ModelsCommand {
  ModelsAction action = ModelsAction::list;
  std::vector<const models::Model*> models{};  // in the order of the story; to compare: at least
                                               // one
  bool is_quick = false;
  Duration seconds{};  // of one measurement; zero: not said
  std::filesystem::path output = ".";
};

// What follows "models". The folder for the output is looked at already: a run takes its time.
std::expected<ModelsCommand, config::Faults> parse_models_arguments(
    std::span<const std::string> arguments);

std::string models_help();

}  // namespace coachwhip::cli
