// What an application returned, sent piece by piece.
#pragma once

#include "worker/python/wsgi/answer.hpp"

namespace coachwhip::python::wsgi {

// Sends `result`, completes the answer and calls close(). No exception is set afterwards: what the
// application raises on the way goes into the log and fails the answer.
void respond(Gil gil, Site& site, PyObject* result, Answer& answer);

}  // namespace coachwhip::python::wsgi
