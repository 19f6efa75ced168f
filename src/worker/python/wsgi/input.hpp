// Input: wsgi.input, the body of a request as a file that is read once from front to back.
#pragma once

#include "exchange/taker.hpp"
#include "worker/python/ref.hpp"

namespace coachwhip::python::wsgi {

Ref make_input_type(Gil gil);

// `job` null: an input that is empty for ever and can be shared. Empty, with a Python exception
// set, if there is no memory.
Ref make_input(Gil gil, PyTypeObject* type, exchange::Job* job);

// Call it before the job ends: from now on reads raise ValueError, also one that another thread of
// the application has begun and that waits for bytes. That one is waited for: it uses the job.
void close_input(Gil gil, PyObject* input);

}  // namespace coachwhip::python::wsgi
