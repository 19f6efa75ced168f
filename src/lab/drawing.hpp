// Drawing: one model's part of a trace as a picture; above what the clients saw, below what the
// threads of the server did.
#pragma once

#include <string>

#include "lab/model_trace.hpp"

namespace coachwhip::lab {

// An <svg> whose time axis ends at `total`, so that several pictures have one scale. Its colours
// are those of timeline_page(): custom properties and classes.
std::string draw_trace(const ModelTrace& trace, Milliseconds total);

}  // namespace coachwhip::lab
