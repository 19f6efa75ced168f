// Inheritance: what the supervisor opens once and its children inherit, however often they are
// replaced.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "config/config.hpp"
#include "exchange/segment.hpp"
#include "exchange/taker.hpp"
#include "net/listener.hpp"

namespace coachwhip::supervisor {

// What one application's workers share with the front.
struct Application {
  const config::Mount& mount;
  exchange::Segment exchange;
  // Per seat of the front, the two ends of a socket over which workers pass files.
  std::vector<UniqueFd> front_files;
  std::vector<UniqueFd> worker_files;
};

struct Inheritance {
  std::vector<net::OpenedListener> listeners;
  std::vector<UniqueFd> wake_fds;         // per seat: an eventfd, shared by all applications
  std::vector<Application> applications;  // a mount each that needs Python, in the order of mounts

  // The configuration outlives it.
  static Result<Inheritance> open(const config::Config& config);
  // Closes the listening sockets and removes the files of those that open() made. From then on
  // another server may have the addresses.
  void stop_listening();

  // The worker's end of every lane of the application.
  std::vector<exchange::LaneFds> lanes(const Application& application) const;
};

}  // namespace coachwhip::supervisor
