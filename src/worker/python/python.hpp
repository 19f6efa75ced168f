// The interpreter's own headers, included in one way. Only files below this folder may include
// them.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <cstddef>
#include <structmember.h>

namespace coachwhip::python {

constexpr Py_ssize_t to_ssize(std::size_t size) { return static_cast<Py_ssize_t>(size); }
constexpr std::size_t to_size(Py_ssize_t size) { return static_cast<std::size_t>(size); }

// A method of whatever calling convention, as a method table wants it.
template <class Function>
PyCFunction as_method(Function function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

// A function of whatever type, as a type's slot wants it.
template <class Function>
void* as_slot(Function function) {
  return reinterpret_cast<void*>(function);
}

template <class Object>
Object* as(PyObject* object) {
  return reinterpret_cast<Object*>(object);
}

}  // namespace coachwhip::python
