// The front process: owns every client connection and never runs application code.
#pragma once

#include <span>
#include <vector>

#include "config/config.hpp"
#include "exchange/segment.hpp"
#include "net/listener.hpp"

namespace coachwhip::front {

// The front's end of one application's exchange.
struct AppLink {
  exchange::Segment& segment;
  std::vector<int> file_sockets;  // per seat: receives the files that workers pass
};

// What the supervisor opened before it forked. Other descriptors than those of the listeners are
// borrowed.
struct Setup {
  const config::Config& config;
  std::span<net::OpenedListener> listeners;  // each thread takes a duplicate of their sockets
  std::span<AppLink> apps;        // one per mount that needs Python, in the order of config.mounts
  std::span<const int> wake_fds;  // per seat: the eventfd by which workers wake it
  int control = -1;               // the front's end of the control socket
};

// Serves until it is told to drain and all is finished, or until the supervisor's end of the
// control socket closes. Returns the exit code of the process.
int run(const Setup& setup);

}  // namespace coachwhip::front
