// Observer: is told of every request that was answered, when its last byte has left (access log,
// metrics).
#pragma once

#include "http/request.hpp"
#include "http/status.hpp"

namespace coachwhip::http {

struct Exchanged {
  Status status = 0;
  std::uint64_t body_bytes = 0;  // of the response, without framing
  Duration duration{};           // from the complete head to the last byte
  bool complete = true;          // false: the client left or the answer was cut
};

class Observer {
 public:
  virtual void on_exchange(const Request& request, const Exchanged& exchanged) = 0;

 protected:
  ~Observer() = default;
};

}  // namespace coachwhip::http
