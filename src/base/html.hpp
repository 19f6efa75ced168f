// HTML: text made fit for a page.
#pragma once

#include <string>
#include <string_view>

namespace coachwhip {

// For the text of a page, and for values of attributes in quotes of either kind.
std::string escape_html(std::string_view text);

}  // namespace coachwhip
