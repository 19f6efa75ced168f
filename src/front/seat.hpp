// Seat: one event loop of the front with everything that belongs to it alone.
#pragma once

#include <memory>
#include <vector>

#include "front/access_log.hpp"
#include "front/session.hpp"
#include "front/site.hpp"
#include "http1/connection.hpp"
#include "models/crew.hpp"
#include "net/doors.hpp"

namespace coachwhip::front {

// Touched by its own thread only, from run() on; loop().post() excepted.
class Seat final : public models::Seat, private net::Acceptor, private Sessions::Owner {
 public:
  // `place` is the number of its lane; `access_log` a descriptor or -1; the compressor, or nullptr,
  // outlives the seat.
  static Result<std::unique_ptr<models::Seat>> make(const Setup& setup, net::Turnstile& turnstile,
                                                    std::size_t place, int access_log,
                                                    compress::Compressor* compressor);
  ~Seat() override;

  loop::Loop& loop() override { return *loop_; }
  void run() override { loop_->run(); }
  void drain() override;
  void worker_gone(std::size_t app, std::uint32_t owner) override;

  Result<void> open_doors() override;
  void serve(net::Accepted connection) override;
  void serve_once(net::Accepted connection, Host& host) override;
  void announce_end() override { sessions_.drain(); }
  void finish() override;

 private:
  class WakeUp;

  Seat(const Setup& setup, net::Turnstile& turnstile, std::size_t place,
       std::unique_ptr<loop::Loop> loop, Site site, int access_log);
  bool is_full() const;
  void on_accept(net::Accepted accepted) override;
  bool end_idle() override { return context_.idle.end_first(loop_->now()); }
  void on_session_ended(std::optional<net::Accepted> idle) override;
  Task<void> end();

  const Setup& setup_;
  net::Turnstile& turnstile_;
  std::size_t connections_max_;  // that it accepts; 0: no bound
  bool is_paused_ = false;
  bool is_finishing_ = false;
  Host* host_ = nullptr;  // of the connection that is served once
  std::unique_ptr<loop::Loop> loop_;
  Site site_;
  http1::Context context_;
  std::unique_ptr<AccessLog> access_log_;
  Sessions sessions_;
  std::unique_ptr<WakeUp> wake_up_;
  std::optional<net::Doors> doors_;
  Nursery nursery_;
};

}  // namespace coachwhip::front
