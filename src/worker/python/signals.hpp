// SIGTERM: the worker takes no more requests, finishes its own and ends.
#pragma once

#include "exchange/taker.hpp"

namespace coachwhip::python {

// From now on for this process. `context` lives as long as the process.
void stop_on_sigterm(exchange::WorkerContext& context);

}  // namespace coachwhip::python
