// Making the types of the objects that applications are given.
#pragma once

#include "worker/python/ref.hpp"

namespace coachwhip::python {

// A type that Python code cannot make instances of. Empty, with a Python exception set, on failure.
// What `spec` points to must outlive the type.
inline Ref make_closed_type(Gil, PyType_Spec spec) {
  Ref made = Ref::steal(PyType_FromSpec(&spec));
  if (made) as<PyTypeObject>(made.get())->tp_new = nullptr;
  return made;
}

}  // namespace coachwhip::python
