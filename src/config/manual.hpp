// What the table of options says about itself: --help, and the table of the README.
#pragma once

#include <string>

namespace coachwhip::config {

std::string help_text();

std::string options_markdown();

}  // namespace coachwhip::config
