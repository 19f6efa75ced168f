#include "config/open_files.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace coachwhip::config {
namespace {

// What the process has open: standard streams, logs, control socket, what it inherits.
constexpr std::size_t of_process = 16;
// What each seat has: a way to wait, ways to be woken, a folder or a socket for each mount.
constexpr std::size_t of_seat = 4;
constexpr std::size_t of_mount = 2;
// A quarter is left for what connections send, but no more than a busy server uses.
constexpr std::size_t left_for_files_max = 4096;
constexpr std::size_t cached_files_min = 16;
constexpr std::size_t cached_files_max = 1024;

// What a process of the front needs that has neither connections nor files to send.
std::size_t own_files(const Config& config) {
  const std::size_t seat = of_seat + config.binds.size() + of_mount * config.mounts.size();
  return of_process + config.binds.size() + config.front_threads * seat;
}

std::size_t usable(const Config& config, std::size_t open_files) {
  const std::size_t watched_max = config.model->descriptors_max;
  return watched_max != 0 ? std::min(open_files, watched_max) : open_files;
}

}  // namespace

std::size_t open_files_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return limit.rlim_max;
}

std::size_t connections_for(const Config& config, std::size_t open_files) {
  open_files = usable(config, open_files);
  const std::size_t reserve = std::max(own_files(config),
                                       std::min(open_files / 4, left_for_files_max));
  return open_files > reserve ? open_files - reserve : 0;
}

// The other half is for files that are being sent but no longer kept.
std::size_t cached_files_for(const Config& config, std::size_t open_files, std::size_t caches) {
  const std::size_t taken = config.connections_max + own_files(config);
  const std::size_t left = usable(config, open_files) - std::min(usable(config, open_files), taken);
  return std::clamp(left / 2 / (config.front_threads * std::max<std::size_t>(caches, 1)),
                    cached_files_min, cached_files_max);
}

}  // namespace coachwhip::config
