// How many CPUs this process may really use.
#pragma once

#include <filesystem>
#include <optional>

namespace coachwhip::config {

// The tightest CPU quota of the cgroups (version 1 or 2) around this process, in CPUs; nullopt:
// none. `root` is "/" but in tests.
std::optional<double> cpu_quota(const std::filesystem::path& root = "/");

// The affinity mask, bounded by the quota rounded up; at least 1.
unsigned usable_cpus();

}  // namespace coachwhip::config
