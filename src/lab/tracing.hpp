// The life of the tracer's process: follows one process and all that descend from it.
#pragma once

#include "lab/tracer.hpp"

namespace coachwhip::lab {

// Waits for the process that shared.tracee names, then for the end of it and its descendants.
// Writes SystemCalls to the file `calls` (-1: counts only) and, at the end, TracedThreads to
// `threads`. Returns the exit code.
int run_tracer(Tracer::Shared& shared, int calls, int threads);

}  // namespace coachwhip::lab
