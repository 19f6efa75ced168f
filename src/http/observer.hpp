// Observer: is told of every request that was answered, when its last byte has left, and of what
// was refused before it was one (access log, metrics).
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

// Bytes that are no request that is served: malformed, too large, or not complete in time.
struct Refused {
  const Endpoints& endpoints;
  Status status = 0;
  std::uint64_t body_bytes = 0;  // of the response
  Bytes line;            // the beginning of what came, at most one line; anything may be in it
  std::string_view why;  // a few words
};

class Observer {
 public:
  virtual void on_refusal(const Refused& refused) = 0;
  virtual void on_exchange(const Request& request, const Exchanged& exchanged) = 0;

 protected:
  ~Observer() = default;
};

}  // namespace coachwhip::http
