// load: all sources of options become one validated Config.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/settings.hpp"

namespace coachwhip::config {

// What an invocation of the program brings with it.
struct Invocation {
  std::vector<Given> arguments;          // in the order in which they were written
  std::vector<std::string> environment;  // "NAME=value"
  std::filesystem::path folder;          // the current one
  std::filesystem::path executable_folder;
  unsigned cpus = 1;
  std::size_t open_files = 1024;  // that a process may have
};

struct Loaded {
  Config config;
  Settings settings;  // what became of every option, and why
  std::string file;   // the configuration file as named; empty if there is none
  // For the log.
  std::vector<std::string> decisions;
  std::vector<std::string> warnings;
};

// The command line is stronger than the environment, that than the file, that than the defaults.
// "coachwhip --chdir X …" means what "cd X && coachwhip …" means; folders in the file start at the
// file.
std::expected<Loaded, Faults> load(const Invocation& invocation);

}  // namespace coachwhip::config
