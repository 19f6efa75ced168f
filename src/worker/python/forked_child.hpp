// Processes that the application forks: they may live on, but they are not the worker.
#pragma once

#include "exchange/taker.hpp"
#include "worker/python/gil.hpp"

namespace coachwhip::python {

// From now on the context is disowned in every process that is forked off this one, and the
// worker's signal handlers are gone there. Once per process; `context` lives as long as it.
void disown_forked_children(exchange::WorkerContext& context);

// Where a forked child has come back from the application: ends it as a Python program ends that
// raised the exception that is set (it prints its traceback; SystemExit gives the code), or none.
// What the worker would clean up is left alone.
[[noreturn]] void leave_forked_child(Gil gil);

}  // namespace coachwhip::python
