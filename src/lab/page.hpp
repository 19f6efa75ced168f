// page: the frame of a report, an HTML file that needs nothing but itself.
#pragma once

#include <string>
#include <string_view>

#include "base/html.hpp"

namespace coachwhip::lab {

inline std::string escape(std::string_view text) { return escape_html(text); }

// A whole document. `body` is HTML; `lead` is text, the sentence below the title. What it may use:
//   section > h2, p         a chapter
//   .pair > figure          charts side by side where there is room
//   figure > .chart         its own width, to be scrolled on small screens
//   .wide > table           the same for tables; td.n is a number, td.best and td.lack stand out
//   .c0 to .c11             --c is the colour of a model, in light and dark
//   details > summary       more for those who want it
std::string page(std::string_view title, std::string_view lead, std::string_view body);

}  // namespace coachwhip::lab
