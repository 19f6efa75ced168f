// TestSite: a small site in a temporary folder, for the servers that the laboratory watches.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace coachwhip::lab {

// /small.html has 1 KiB, /page.html 51 KiB; /app?ms=N sleeps as long (100 by default), then answers
// a few bytes. The folder goes with the object.
class TestSite {
 public:
  static Result<TestSite> make();
  TestSite(TestSite&& other) noexcept;
  TestSite& operator=(TestSite&&) = delete;
  ~TestSite();

  const std::filesystem::path& folder() const { return folder_; }
  // With which coachwhip serves it: the pages at /, the application at /app. No configuration of
  // the folder that the user is in is read.
  std::vector<std::string> arguments() const;

 private:
  explicit TestSite(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;  // empty: moved from
};

}  // namespace coachwhip::lab
