// `coachwhip models --trace`: records what servers of several models do with the same eight
// clients, and draws it.
#pragma once

#include <filesystem>
#include <vector>

#include "models/model.hpp"

namespace coachwhip::lab {

struct TraceOptions {
  std::vector<const models::Model*> models{};
  std::filesystem::path output = ".";  // a folder
};

// Writes trace.html and trace.json into the folder and a summary to standard output. Returns the
// exit code: 2 where something was asked for that cannot be.
int trace(const TraceOptions& options);

}  // namespace coachwhip::lab
