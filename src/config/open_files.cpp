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

}  // namespace

std::size_t open_files_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return limit.rlim_max;
}

std::size_t connections_for(const Config& config, std::size_t open_files) {
  const std::size_t watched_max = config.model->descriptors_max;
  if (watched_max != 0) open_files = std::min(open_files, watched_max);
  const std::size_t seat = of_seat + config.binds.size() + of_mount * config.mounts.size();
  const std::size_t own = of_process + config.binds.size() + config.front_threads * seat;
  const std::size_t reserve = std::max(own, std::min(open_files / 4, left_for_files_max));
  return open_files > reserve ? open_files - reserve : 0;
}

}  // namespace coachwhip::config
