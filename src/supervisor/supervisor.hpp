// The supervisor: opens what is shared, starts the front and the workers, and replaces them. It
// parses no HTTP and loads no Python.
#pragma once

#include "config/config.hpp"

namespace coachwhip::supervisor {

// Serves until it is told to stop. Returns the exit code: 0 then; 1 if an application or the front
// could not be started, 2 if the configuration cannot be followed (an address in use), both of
// which were logged. It forks: the caller has no threads.
int run(const config::Config& config);

}  // namespace coachwhip::supervisor
