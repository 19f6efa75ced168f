// Which Python runs the workers.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

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

// Runs it: is it a Python that the worker works with?
Result<void> try_interpreter(const std::string& path);

}  // namespace coachwhip::config
