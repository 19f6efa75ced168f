// Stand: what every measurement needs, the same for all models.
#pragma once

#include <optional>
#include <sched.h>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "lab/interrupt.hpp"
#include "lab/load.hpp"
#include "lab/sample.hpp"
#include "lab/server.hpp"
#include "lab/test_site.hpp"
#include "models/model.hpp"

namespace coachwhip::lab {

struct Stand {
  const TestSite& site;
  Interrupt& interrupt;
  Duration seconds{};  // of one measurement
  bool is_quick = false;
  std::optional<cpu_set_t> server_cpus{};
  std::size_t connections_max = 0;
  bool has_python = true;
  std::optional<std::string> ab{};
  std::optional<std::string> wrk{};
};

// One model in one round: its server lives through the steps that share it.
struct Trial {
  const Stand& stand;
  const models::Model& model;
  std::optional<Server> server{};
  std::vector<Sample> samples{};

  void add(std::string experiment, double x, std::map<std::string, double> values);
};

// A server that serves the pages.
Result<Server> start_server(const Trial& trial, std::function<void()> before_program = {});
// One that has the sleeping application, too.
Result<Server> start_app_server(const Trial& trial);

// The one that the steps share; started again if it is gone.
Result<std::uint16_t> shared_port(Trial& trial);

// Until a new client is answered at once: what earlier ones have left behind is done.
void settle(const Trial& trial, std::uint16_t port);

// Loads, and settles.
Result<LoadResult> load(const Trial& trial, std::uint16_t port, const LoadPlan& plan);

// Of one crowd: requests, seconds, rps, p50_ms, p99_ms, clients, served, connected, unanswered,
// failed and failed.KIND.
std::map<std::string, double> values_of(const LoadResult& result, std::size_t crowd = 0);

}  // namespace coachwhip::lab
