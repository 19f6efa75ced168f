// ErrorStream: wsgi.errors, a text file whose lines go to the server's log.
#pragma once

#include "worker/python/ref.hpp"

namespace coachwhip::python::wsgi {

Ref make_error_stream_type(Gil gil);

// Empty, with a Python exception set, if there is no memory.
Ref make_error_stream(Gil gil, PyTypeObject* type);

// Logs the line that was begun, if there is one.
void flush_error_stream(Gil gil, PyObject* stream);

}  // namespace coachwhip::python::wsgi
