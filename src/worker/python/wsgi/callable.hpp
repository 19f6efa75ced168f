// The callables that an application is given for one request: start_response, and the write() it
// returns.
#pragma once

#include "worker/python/wsgi/names.hpp"

namespace coachwhip::python::wsgi {

class Answer;
struct Callable;

// The type of both; they differ in what a call does.
Ref make_callable_type(Gil gil);

// Both callables for one thread, request after request. An application that keeps one beyond its
// request keeps it for itself: it is then of no use, and the next request gets a new one.
class Callables {
 public:
  Callables(PyTypeObject* type, const Names& names) : type_(type), names_(names) {}

  // start_response for this request. nullptr, with a Python exception set, if there is no memory.
  PyObject* begin(Gil gil, Answer& answer);
  // From now on calls raise RuntimeError.
  void end(Gil gil);

 private:
  PyTypeObject* type_;
  const Names& names_;
  Ref start_response_;
};

}  // namespace coachwhip::python::wsgi
