// compare: every model under the same loads, one after the other; then the report.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "models/model.hpp"

namespace coachwhip::lab {

struct CompareOptions {
  std::vector<const models::Model*> models{};
  bool is_quick = false;
  Duration seconds{};  // of one measurement; zero: what quick or not means
  std::filesystem::path output = ".";
  std::string version{};  // of the program, for the report
};

// Writes models.html and models.json into the folder, the table to standard output, and what it
// does to standard error. Returns the exit code; after Ctrl-C, what there is is written.
int compare(const CompareOptions& options);

}  // namespace coachwhip::lab
