// The callables that an application is given for one request: start_response, the write() that it
// returns, and wsgi.early_hints.
#pragma once

#include "worker/python/wsgi/names.hpp"

namespace coachwhip::python::wsgi {

class Answer;
struct Callable;

// The type of all; they differ in what a call does.
Ref make_callable_type(Gil gil);

// The callables for one thread, request after request. An application that keeps one beyond its
// request keeps it for itself: it is then of no use, and the next request gets a new one.
class Callables {
 public:
  Callables(PyTypeObject* type, const Names& names) : type_(type), names_(names) {}

  // For this request. False, with a Python exception set, if there is no memory.
  bool begin(Gil gil, Answer& answer);
  PyObject* start_response() const { return start_response_.get(); }
  PyObject* early_hints() const { return early_hints_.get(); }
  // From now on calls raise RuntimeError.
  void end(Gil gil);

 private:
  PyTypeObject* type_;
  const Names& names_;
  Ref start_response_;
  Ref early_hints_;
};

}  // namespace coachwhip::python::wsgi
