// The exception that is set in the interpreter, taken out of it for the log.
#pragma once

#include <string>

#include "worker/python/gil.hpp"

namespace coachwhip::python {

// The traceback as Python prints it, without the newline at its end. Clears the exception.
std::string take_traceback(Gil gil);

}  // namespace coachwhip::python
