// Control messages between the supervisor and the front, one per datagram of a SOCK_SEQPACKET pair.
#pragma once

#include <cstdint>

namespace coachwhip::front {

enum class ControlKind : std::uint32_t {
  ready,        // front → supervisor: connections are being accepted
  drain,        // supervisor → front: accept no more, finish what is open, then end
  worker_gone,  // supervisor → front: the worker process with this owner id has ended
};

struct ControlMessage {
  ControlKind kind = ControlKind::ready;
  std::uint32_t app = 0;    // worker_gone: index of the application
  std::uint32_t owner = 0;  // worker_gone: exchange::make_owner(cell, incarnation)
};

}  // namespace coachwhip::front
