// Session: one accepted client connection: its stream, its protocol, its end.
#pragma once

#include "http/request.hpp"
#include "http1/connection.hpp"
#include "net/listener.hpp"
#include "net/socket_stream.hpp"
#include "task/nursery.hpp"

namespace coachwhip::front {

// The sessions of one loop, to drain them together.
class Sessions {
 public:
  explicit Sessions(http1::Context& context) : context_(context) {}

  // `server` is the listener that the connection came from.
  void start(net::Accepted accepted, const net::OpenedListener& server);

  // Every session ends after the request it is serving, idle ones at once, and so do later ones.
  void drain();
  std::size_t count() const { return nursery_.count(); }
  auto ended() { return nursery_.empty(); }

 private:
  class Session;
  Task<void> run(net::Accepted accepted, const net::OpenedListener& server);

  http1::Context& context_;
  Nursery nursery_;
  Session* first_ = nullptr;
  bool draining_ = false;
};

}  // namespace coachwhip::front
