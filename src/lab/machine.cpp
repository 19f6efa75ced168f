#include "lab/machine.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <sys/utsname.h>

#include "config/cpus.hpp"

namespace coachwhip::lab {
namespace {

namespace fs = std::filesystem;

// What follows "name" and a colon in a file of /proc; empty: nothing does.
std::string field_of(const fs::path& file, std::string_view name) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    if (!line.starts_with(name) || colon == std::string::npos) continue;
    if (line.find_first_not_of(" \t", name.size()) != colon) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return {};
}

double kib_field_of(const fs::path& file, std::string_view name) {
  double kib = 0;
  std::istringstream(field_of(file, name)) >> kib;
  return kib;
}

std::string gib(double kib) {
  std::ostringstream text;
  text.precision(2);
  text << kib / (1024 * 1024) << " GiB";
  return text.str();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> describe_machine() {
  utsname system{};
  ::uname(&system);
  std::string processor = field_of("/proc/cpuinfo", "model name");
  if (processor.empty()) processor = system.machine;
  const std::string cpus = std::to_string(config::usable_cpus());
  return {{"processor", cpus + " × " + processor},
          {"memory", gib(kib_field_of("/proc/meminfo", "MemTotal"))},
          {"kernel", std::string(system.sysname) + " " + system.release}};
}

double recent_load() {
  double load = 0;
  return ::getloadavg(&load, 1) == 1 ? load : 0;
}

std::optional<Halves> halve_cpus() {
  cpu_set_t all;
  CPU_ZERO(&all);
  if (::sched_getaffinity(0, sizeof all, &all) != 0) return std::nullopt;
  const int count = CPU_COUNT(&all);
  if (count < 2) return std::nullopt;
  Halves halves{};
  int given = 0;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &all)) continue;
    CPU_SET(cpu, given < count / 2 ? &halves.server : &halves.load);
    ++given;
  }
  return halves;
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::vector<pid_t> process_tree(pid_t root) {
  std::vector<pid_t> tree{root};
  for (std::size_t next = 0; next < tree.size(); ++next) {
    const fs::path tasks = "/proc/" + std::to_string(tree[next]) + "/task";
    std::error_code ended;
    for (const auto& task : fs::directory_iterator(tasks, ended)) {
      std::ifstream children(task.path() / "children");
      for (pid_t child = 0; children >> child;) tree.push_back(child);
    }
  }
  return tree;
}

double memory_of(const std::vector<pid_t>& processes) {
  double kib = 0;
  for (const pid_t process : processes) {
    kib += kib_field_of("/proc/" + std::to_string(process) + "/smaps_rollup", "Pss");
  }
  return kib * 1024;
}

}  // namespace coachwhip::lab
