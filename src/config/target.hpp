// Targets and the paths they are mounted at, as a user writes them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "config/config.hpp"

namespace coachwhip::config {

// The path absolute and without "." and ".."; links stay, a virtual environment is found by its
// link.
std::filesystem::path absolute(const std::filesystem::path& path,
                               const std::filesystem::path& folder);

// Is it there, a folder, and readable?
Result<void> check_folder(const std::filesystem::path& folder);

// "/" or "/path" from "/path/"; what a request can never have as its path is refused.
Result<std::string> parse_mount_path(std::string_view text);

struct Target {
  TargetKind kind = TargetKind::wsgi;
  std::string text;  // a folder is absolute
};

// A path with a slash is a folder of files. So is the name of a folder, unless it is a Python
// package: nobody shall publish his sources by leaving ":application" out. All else must be a
// module.
Result<Target> parse_target(std::string_view text, const std::filesystem::path& folder);

}  // namespace coachwhip::config
