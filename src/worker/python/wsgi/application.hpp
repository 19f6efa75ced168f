// Application: calls a WSGI application for one request after another. One per thread.
#pragma once

#include "exchange/taker.hpp"
#include "worker/python/wsgi/answer.hpp"
#include "worker/python/wsgi/callable.hpp"
#include "worker/python/wsgi/environ.hpp"
#include "worker/python/wsgi/site.hpp"

namespace coachwhip::python::wsgi {

class Application {
 public:
  // `site` outlives it.
  Application(Gil gil, Site& site);
  // False, with a Python exception set, if there is no memory.
  bool make(Gil gil);

  // Answers the request, whatever the application does. No exception is set afterwards.
  void serve(Gil gil, exchange::Job& job);

 private:
  Ref call(Gil gil, const exchange::RequestView& request, PyObject* input, Answer& answer);

  Site& site_;
  Ref errors_;
  Ref empty_input_;
  EnvironMaker environs_;
  Callables callables_;
  AnswerMemory memory_;
};

}  // namespace coachwhip::python::wsgi
