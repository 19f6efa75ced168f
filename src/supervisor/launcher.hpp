// Launcher: with which arguments and environment a worker process is started.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "exchange/taker.hpp"

namespace coachwhip::supervisor {

// Where in the exchange a worker has its place, and what it is called.
struct WorkerPlace {
  std::size_t cell = 0;
  std::uint32_t incarnation = 0;
  std::string name;
};

struct WorkerDescriptors {
  int exchange = -1;
  std::vector<exchange::LaneFds> lanes;
  int ready = -1;  // the writing end of the pipe on which it says that it is

  std::vector<int> all() const;
};

// The command line; the worker's side of it is python/coachwhip/worker.py.
std::vector<std::string> worker_arguments(const config::Config& config, const config::Mount& mount,
                                          const WorkerDescriptors& descriptors,
                                          const WorkerPlace& place);

// `inherited` with config.env over it and, if not empty, `package_folder` first on PYTHONPATH. All
// as NAME=value.
std::vector<std::string> worker_environment(const config::Config& config,
                                            std::vector<std::string> inherited,
                                            const std::string& package_folder);

// Where the Python package lies when the executable was not installed but only built; else empty.
std::string find_package_folder();

}  // namespace coachwhip::supervisor
