// Ref: owns one reference to a Python object, or nothing.
#pragma once

#include <utility>

#include "worker/python/gil.hpp"

namespace coachwhip::python {

// Destroyed and assigned only with the interpreter lock held: dropping the last reference may run
// Python.
class Ref {
 public:
  Ref() = default;
  // Takes over a reference that the caller owns. Null, as failing calls return it, makes an empty
  // Ref.
  static Ref steal(PyObject* owned) { return Ref(owned); }
  // Adds a reference to an object that somebody else owns.
  static Ref share(PyObject* borrowed) {
    Py_XINCREF(borrowed);
    return Ref(borrowed);
  }

  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref&& other) noexcept {
    // The old object goes last: its end may run Python that looks at this Ref.
    PyObject* old = std::exchange(object_, std::exchange(other.object_, nullptr));
    Py_XDECREF(old);
    return *this;
  }
  ~Ref() { Py_XDECREF(object_); }

  explicit operator bool() const { return object_ != nullptr; }
  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }

 private:
  explicit Ref(PyObject* owned) : object_(owned) {}
  PyObject* object_ = nullptr;
};

}  // namespace coachwhip::python
