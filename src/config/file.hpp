// coachwhip.toml as a source of options.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace coachwhip::config {

// `shown` names the file in messages. The faults name line, key, value and what is allowed.
std::expected<std::vector<Given>, Faults> read_file(const std::filesystem::path& path,
                                                    const std::string& shown);

}  // namespace coachwhip::config
