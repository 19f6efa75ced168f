#include "config/cpus.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace coachwhip::config {
namespace {

namespace fs = std::filesystem;

void tighten(std::optional<double>& quota, double microseconds, double period) {
  if (microseconds <= 0 || period <= 0) return;
  quota = std::min(quota.value_or(microseconds / period), microseconds / period);
}

// cpu.max: "200000 100000", or "max 100000" for no bound.
void tighten_by_v2(std::optional<double>& quota, const fs::path& folder) {
  double microseconds = 0;
  double period = 0;
  if (std::ifstream(folder / "cpu.max") >> microseconds >> period) {
    tighten(quota, microseconds, period);
  }
}

// -1 for no bound.
void tighten_by_v1(std::optional<double>& quota, const fs::path& folder) {
  double microseconds = 0;
  double period = 0;
  if ((std::ifstream(folder / "cpu.cfs_quota_us") >> microseconds) &&
      (std::ifstream(folder / "cpu.cfs_period_us") >> period)) {
    tighten(quota, microseconds, period);
  }
}

// The group and all around it, up to the top of the hierarchy. In a container the group's own
// folder may be out of sight; then the top is its own.
std::vector<fs::path> folders_around(const fs::path& top, const fs::path& group) {
  std::vector<fs::path> folders{top};
  for (const fs::path& part : group.relative_path()) folders.push_back(folders.back() / part);
  return folders;
}

bool holds_cpu(const std::string& controllers) {
  return ("," + controllers + ",").find(",cpu,") != std::string::npos;
}

}  // namespace

std::optional<double> cpu_quota(const fs::path& root) {
  std::optional<double> quota;
  const fs::path top = root / "sys/fs/cgroup";
  std::ifstream groups(root / "proc/self/cgroup");
  // "0::/group" of version 2; "4:cpu,cpuacct:/group" of version 1.
  for (std::string line; std::getline(groups, line);) {
    std::istringstream fields(line);
    std::string number;
    std::string controllers;
    std::string group;
    std::getline(std::getline(std::getline(fields, number, ':'), controllers, ':'), group);
    if (controllers.empty()) {
      for (const fs::path& folder : folders_around(top, group)) tighten_by_v2(quota, folder);
    } else if (holds_cpu(controllers)) {
      for (const fs::path& folder : folders_around(top / "cpu", group)) {
        tighten_by_v1(quota, folder);
      }
    }
  }
  return quota;
}

unsigned usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const bool has_mask = ::sched_getaffinity(0, sizeof(set), &set) == 0;
  const unsigned count = has_mask ? static_cast<unsigned>(CPU_COUNT(&set))
                                  : std::thread::hardware_concurrency();
  const double quota = std::ceil(cpu_quota().value_or(count));
  return std::max(1U, std::min(count, static_cast<unsigned>(std::min(quota, 1e6))));
}

}  // namespace coachwhip::config
