// What a service is told while it runs: control messages, one per datagram of a SOCK_SEQPACKET
// pair. The supervisor tells the front, and a front that has processes of its own tells these.
#pragma once

#include <cstdint>

#include "loop/loop.hpp"
#include "models/crew.hpp"

namespace coachwhip::models {

enum class ControlKind : std::uint32_t {
  ready,        // to the supervisor: connections are being accepted
  drain,        // from it: accept no more, finish what is open, then end
  worker_gone,  // from it: the worker process with this owner id has ended
};

struct ControlMessage {
  ControlKind kind = ControlKind::ready;
  std::uint32_t app = 0;    // worker_gone: index of the application
  std::uint32_t owner = 0;  // worker_gone: exchange::make_owner(cell, incarnation)
};

// False: the other end is gone, or takes no more for the moment.
bool send_control(int socket, const ControlMessage& message);

// Hears, on the service's loop, what it is told, and sees to it. When the other end is gone, the
// service is drained.
class ControlLine final : private loop::Watcher {
 public:
  // The socket is borrowed.
  ControlLine(int socket, Service& service) : socket_(socket), service_(service) {}
  ~ControlLine() { poller().remove(socket_, *this); }
  ControlLine(const ControlLine&) = delete;
  ControlLine& operator=(const ControlLine&) = delete;

  Result<void> watch() { return poller().add(socket_, *this, loop::Trigger::level); }

 private:
  loop::Poller& poller() { return service_.loop().poller(); }
  void on_ready(loop::Readiness readiness) override;
  void obey(const ControlMessage& message);
  void drain();

  int socket_;
  Service& service_;
  bool is_draining_ = false;
};

// Runs the service to its end, while it obeys the control line.
Result<void> run_told(int control, Service& service);

}  // namespace coachwhip::models
