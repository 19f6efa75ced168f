#include "supervisor/inheritance.hpp"

#include <array>
#include <cerrno>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace coachwhip::supervisor {
namespace {

// Of at most 200 KiB each; pages that no request has used take no memory.
constexpr std::uint32_t slots_per_lane = 128;

Result<void> open_files_socket(Application& application) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail_errno("socketpair", errno);
  }
  application.front_files.emplace_back(ends[0]);
  application.worker_files.emplace_back(ends[1]);
  return {};
}

Result<Application> open_application(const config::Mount& mount, unsigned front_threads) {
  auto exchange = exchange::Segment::create(
      {.lanes = front_threads, .slots_per_lane = slots_per_lane});
  if (!exchange) return pass(std::move(exchange.error()));
  Application application{mount, std::move(*exchange), {}, {}};
  for (unsigned i = 0; i < front_threads; ++i) {
    auto opened = open_files_socket(application);
    if (!opened) return pass(std::move(opened.error()));
  }
  return application;
}

}  // namespace

Result<Inheritance> Inheritance::open(const config::Config& config) {
  Inheritance made;
  for (const net::BindAddress& address : config.binds) {
    auto listener = net::open_listener(address, static_cast<int>(config.backlog));
    if (!listener) return pass(std::move(listener.error()));
    made.listeners.push_back(std::move(*listener));
  }
  for (unsigned i = 0; i < config.front_threads; ++i) {
    made.wake_fds.emplace_back(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!made.wake_fds.back()) return fail_errno("eventfd", errno);
  }
  for (const config::Mount& mount : config.mounts) {
    if (mount.kind == config::TargetKind::files) continue;
    auto application = open_application(mount, config.front_threads);
    if (!application) return pass(std::move(application.error()));
    made.applications.push_back(std::move(*application));
  }
  return made;
}

void Inheritance::stop_listening() {
  for (net::OpenedListener& listener : listeners) listener.close();
}

std::vector<exchange::LaneFds> Inheritance::lanes(const Application& application) const {
  std::vector<exchange::LaneFds> out;
  out.reserve(wake_fds.size());
  for (std::size_t i = 0; i < wake_fds.size(); ++i) {
    out.push_back({.wake = wake_fds[i].get(), .files = application.worker_files[i].get()});
  }
  return out;
}

}  // namespace coachwhip::supervisor
