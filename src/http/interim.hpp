// Interim: the way of answers that come before the final one (RFC 9110 section 15.2).
#pragma once

#include "http/headers.hpp"
#include "http/status.hpp"

namespace coachwhip::http {

class Interim {
 public:
  // 1xx, before the handler has returned its answer; leaves at once. A client that does not take
  // what was sent to it before gets no hints.
  virtual void send_interim(Status status, const Headers& fields) = 0;

 protected:
  ~Interim() = default;
};

}  // namespace coachwhip::http
