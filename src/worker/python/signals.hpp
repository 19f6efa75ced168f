// The signals of a worker process, and what is left of them in the processes that the application
// starts: nothing.
#pragma once

#include "exchange/taker.hpp"

namespace coachwhip::python {

// A terminal's signals go to every process; the supervisor alone decides what they mean. From now
// on they do nothing here unless the application installs handlers of its own. They are not
// ignored: that would be inherited by the programs that the application starts.
void disregard_terminal_signals();

// SIGTERM: the worker takes no more requests, finishes its own and ends. From now on for this
// process. `context` lives as long as the process.
void stop_on_sigterm(exchange::WorkerContext& context);

// For a forked child: takes the handlers of the two functions above away. Async-signal-safe.
void restore_signals();

}  // namespace coachwhip::python
