// The legend of a timeline: what its shapes mean.
#pragma once

#include <string>

namespace coachwhip::lab {

// Two lists, for the clients and for the server. Colours as of timeline_page().
std::string timeline_legend();

}  // namespace coachwhip::lab
