// The machine that measures: what it is, and how it is divided between server and load.
#pragma once

#include <optional>
#include <sched.h>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace coachwhip::lab {

// "kernel", "Linux 6.1"; and so on.
std::vector<std::pair<std::string, std::string>> describe_machine();

// How many tasks have wanted a CPU in the last minute, on average.
double recent_load();

struct Halves {
  cpu_set_t server;
  cpu_set_t load;
};

// Of the CPUs that this process may use; nullopt: there is only one.
std::optional<Halves> halve_cpus();

// As many as the system lets us have; returns how many that are.
std::size_t raise_descriptor_limit();

// A process and all that descend from it.
std::vector<pid_t> process_tree(pid_t root);

// What they hold in memory, in bytes; of what several share, each has its part.
double memory_of(const std::vector<pid_t>& processes);

}  // namespace coachwhip::lab
