// The steps of a trial: what is done with each model, one measurement after the other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lab/stand.hpp"

namespace coachwhip::lab {

struct Step {
  std::string title;
  std::size_t connections;  // that it opens; a system that allows fewer has to do without it
  std::function<Result<void>(Trial&)> run;
  bool is_repeated = true;  // in every round, else in the first alone
};

// In their order: those of a fresh server first.
std::vector<Step> cost_steps();                    // what it uses
std::vector<Step> load_steps(const Stand& stand);  // how it serves

}  // namespace coachwhip::lab
