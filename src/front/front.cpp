#include "front/front.hpp"

#include <algorithm>
#include <csignal>
#include <optional>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/log.hpp"
#include "compress/compressor.hpp"
#include "front/access_log.hpp"
#include "front/seat.hpp"
#include "models/control.hpp"

namespace coachwhip::front {
namespace {

// How much compressed content each process may keep; 0: it would keep it for nobody.
std::uint64_t compressed_bytes_max(const config::Config& config) {
  if (config.compress == config::Compress::off) return 0;
  switch (config.model->memory) {
    case models::Memory::process:
      return config.compressed_bytes_max;
    case models::Memory::seat:
      return config.compressed_bytes_max / config.front_threads;
    default:
      return 0;
  }
}

class FrontStage final : public models::Stage {
 public:
  FrontStage(const Setup& setup, int access_log)
      : setup_(setup), turnstile_(limits_of(setup.config)), access_log_(access_log) {
    const std::uint64_t bytes_max = compressed_bytes_max(setup.config);
    if (bytes_max > 0) compressor_.emplace(bytes_max);
  }

  // Where each seat has one connection at a time, more could not be had.
  std::size_t seats() const override {
    return std::min<std::size_t>(setup_.config.front_threads, setup_.config.connections_max);
  }
  Result<std::unique_ptr<models::Seat>> make_seat(std::size_t place) override {
    return Seat::make(setup_, turnstile_, place, access_log_,
                      compressor_ ? &*compressor_ : nullptr);
  }
  net::Turnstile& turnstile() override { return turnstile_; }
  std::span<const net::OpenedListener> listeners() const override { return setup_.listeners; }
  Duration idle_timeout() const override { return setup_.config.limits.idle_timeout; }

  std::vector<int> descriptors() const override {
    std::vector<int> out(setup_.wake_fds.begin(), setup_.wake_fds.end());
    for (const AppLink& app : setup_.apps) {
      out.insert(out.end(), app.file_sockets.begin(), app.file_sockets.end());
    }
    out.push_back(setup_.control);
    if (access_log_ >= 0) out.push_back(access_log_);
    return out;
  }

  void close_listeners() override {
    for (net::OpenedListener& opened : setup_.listeners) opened.socket.reset();
  }

 private:
  static net::TurnstileLimits limits_of(const config::Config& config) {
    return {.connections_max = config.connections_max,
            .per_client_max = config.connections_per_client_max,
            .exempt = config.trusted_proxies.networks()};
  }

  const Setup& setup_;
  net::Turnstile turnstile_;
  int access_log_;
  std::optional<compress::Compressor> compressor_;  // all seats of a process have the same
};

// A model that cannot watch more lets the others wait in the kernel's queue.
void limit_descriptors(std::size_t most) {
  rlimit limit{};
  if (most == 0 || ::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= most) return;
  limit.rlim_cur = most;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int give_up(const Error& error) {
  log::error(error.message);
  return 1;
}

}  // namespace

int run(const Setup& setup) {
  // The supervisor hears the terminal and the operator; a broken pipe is an error code, not a
  // signal.
  for (const int signal : {SIGINT, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "coachwhip-front");
  limit_descriptors(setup.config.model->descriptors_max);
  auto access_log = open_access_log(setup.config.access_log);
  if (!access_log) return give_up(access_log.error());
  FrontStage stage(setup, access_log->get());
  auto crew = setup.config.model->make_crew(stage);
  if (!crew) return give_up(crew.error());
  models::ControlLine control(setup.control, **crew);
  auto watched = control.watch();
  if (!watched) return give_up(watched.error());
  auto started = (*crew)->start();
  if (!started) return give_up(started.error());
  models::send_control(setup.control, {.kind = models::ControlKind::ready});
  (*crew)->run();
  return 0;
}

}  // namespace coachwhip::front
