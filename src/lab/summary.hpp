// Summary: the few numbers that say most, a row for each model; for the terminal and the page.
#pragma once

#include <string>
#include <vector>

#include "lab/sample.hpp"

namespace coachwhip::lab {

struct Summary {
  std::vector<std::string> heads{};  // of two lines
  std::vector<std::vector<std::string>> rows{};
};

Summary summarise(const Comparison& comparison);

// At most 100 columns wide.
std::string terminal_table(const Comparison& comparison);

}  // namespace coachwhip::lab
