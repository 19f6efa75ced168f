// What somebody may have meant who wrote a name that does not exist.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/option.hpp"

namespace coachwhip::config {

// How many letters must be changed, added or left out to make one of the other (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The option whose name is most like this one.
const Option& nearest_option(std::string_view name);

}  // namespace coachwhip::config
