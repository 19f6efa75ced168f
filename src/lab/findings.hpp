// Findings: what the samples say, in sentences.
#pragma once

#include <string>
#include <vector>

#include "lab/sample.hpp"

namespace coachwhip::lab {

std::vector<std::string> findings(const Comparison& comparison);

}  // namespace coachwhip::lab
