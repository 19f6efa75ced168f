// Which Python runs the workers.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace coachwhip::config {

struct Interpreter {
  std::filesystem::path path;
  std::string reason;  // "beside coachwhip"
};

// Where to look when nobody said it.
struct InterpreterPlaces {
  std::filesystem::path executable_folder;
  std::string_view virtual_env;  // VIRTUAL_ENV
  std::string_view path;         // PATH
};

Result<Interpreter> find_interpreter(const InterpreterPlaces& places);

// As said: a path (with a slash, relative to `folder`) or a name on PATH.
Result<std::filesystem::path> find_named_interpreter(std::string_view name,
                                                     const std::filesystem::path& folder,
                                                     std::string_view path);

// Runs it, in the workers' environment and as long as `patience` lasts: is it a Python that has
// what a worker needs? What it prints is not shown.
Result<void> try_interpreter(const std::string& path, const std::vector<std::string>& environment,
                             Duration patience);

}  // namespace coachwhip::config
