// Session: one accepted client connection: its stream, its protocol, its end.
#pragma once

#include <optional>

#include "config/config.hpp"
#include "http/request.hpp"
#include "http1/connection.hpp"
#include "net/listener.hpp"
#include "net/socket_stream.hpp"
#include "task/nursery.hpp"

namespace coachwhip::front {

// The sessions of one loop, to drain them together.
class Sessions {
 public:
  class Owner {
   public:
    // One has ended, or was to leave and is idle; it is no longer counted.
    virtual void on_session_ended(std::optional<net::Accepted> idle) = 0;

   protected:
    ~Owner() = default;
  };

  Sessions(const config::Config& config, http1::Context& context, Owner& owner)
      : config_(config), context_(context), owner_(owner) {}

  void start(net::Accepted accepted, http1::WhenIdle when_idle = http1::WhenIdle::wait);

  // Every session ends after the request it is serving, idle ones at once, and so do later ones.
  void drain();
  std::size_t count() const { return count_; }
  auto ended() { return nursery_.empty(); }

 private:
  class Session;
  Task<void> run(net::Accepted accepted, http1::WhenIdle when_idle);

  const config::Config& config_;
  http1::Context& context_;
  Owner& owner_;
  Nursery nursery_;
  Session* first_ = nullptr;
  std::size_t count_ = 0;
  bool draining_ = false;
};

}  // namespace coachwhip::front
