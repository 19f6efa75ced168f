// The Python type Worker: an application connected to an exchange.
#pragma once

#include "worker/python/ref.hpp"

namespace coachwhip::python {

// Worker(*, exchange, lanes, cell, incarnation, threads, workers, name, strict), with
// methods run(thread) and stop_on_sigterm().
Ref make_worker_type(Gil gil);

}  // namespace coachwhip::python
