// The steps of a trial: what is done with each model, one measurement after the other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lab/stand.hpp"

namespace coachwhip::lab {

struct Step {
  std::string title;
  std::function<Result<void>(Trial&)> run;
  bool is_repeated = true;  // in every round, else in the first alone
};

// In their order: those of a fresh server first.
std::vector<Step> load_steps(const Stand& stand);  // how it serves
std::vector<Step> cost_steps(const Stand& stand);  // what it uses

}  // namespace coachwhip::lab
