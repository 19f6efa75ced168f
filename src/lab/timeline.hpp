// The timeline of a trace: the models' pictures under one another in one time scale, as a page.
#pragma once

#include <span>
#include <string>

#include "lab/model_trace.hpp"

namespace coachwhip::lab {

// Needs nothing but itself; light or dark as the reader prefers.
std::string timeline_page(std::span<const ModelTrace> traces);

}  // namespace coachwhip::lab
