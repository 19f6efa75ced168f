// ServeLoop: one thread of a worker, taking requests until the worker stops.
#pragma once

#include <cstddef>

#include "exchange/taker.hpp"
#include "worker/python/wsgi/application.hpp"

namespace coachwhip::python {

class ServeLoop {
 public:
  ServeLoop(Gil gil, exchange::WorkerContext& context, std::size_t thread, wsgi::Site& site)
      : context_(context), thread_(thread), application_(gil, site) {}

  // Until the worker is told to stop; requests that were begun are finished. Keeps the interpreter
  // lock from request to request and sleeps without it. False, with a Python exception set, if it
  // cannot start. Does not return in a process that the application has forked.
  bool run(Gil gil);

 private:
  void serve(Gil gil, exchange::Taker& taker, exchange::Job& job);
  void run_signal_handlers(Gil gil);

  exchange::WorkerContext& context_;
  std::size_t thread_;
  wsgi::Application application_;
  unsigned served_ = 0;
};

}  // namespace coachwhip::python
