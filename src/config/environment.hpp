// The environment as a source of options: COACHWHIP_<NAME>.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace coachwhip::config {

// "NAME=value" each, as a process gets them.
using Environment = std::span<const std::string>;

// Empty if it is not set.
std::string_view variable(Environment environment, std::string_view name);

// Repeatable options are separated by commas; an empty variable says nothing. A variable of an
// unknown name adds a warning and is passed over: unlike a file, an environment is also made by
// others.
std::vector<Given> read_environment(Environment environment, std::vector<std::string>& warnings);

}  // namespace coachwhip::config
