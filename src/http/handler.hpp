// Handler: the only interface of things that answer. A middleware is a handler that owns the next
// one.
#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "task/task.hpp"

namespace coachwhip::http {

// One tree of handlers serves one loop's connections; it is immutable after it is built.
class Handler {
 public:
  virtual ~Handler() = default;
  // The request outlives the task. The body need not be read to its end: the connection takes care.
  virtual Task<Response> handle(Request& request) = 0;
};

}  // namespace coachwhip::http
