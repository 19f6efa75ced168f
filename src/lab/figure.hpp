// figure: numbers as people read them.
#pragma once

#include <optional>
#include <string>

namespace coachwhip::lab {

// Three digits that matter, thousands apart: "41,200", "3.14", "0.025", "0".
std::string figure(double number);
// "–" for what was not measured.
std::string figure(std::optional<double> number);
// All digits: "4,096".
std::string whole(double number);
// "64 of 500".
std::string part_of(double part, double all);

}  // namespace coachwhip::lab
