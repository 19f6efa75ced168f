// What a model uses: memory, processor time, switches and system calls.
#include <algorithm>

#include "lab/machine.hpp"
#include "lab/steps.hpp"
#include "lab/tracer.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr Duration stop_patience = 5s;
constexpr Duration trace_time_max = 20s;
constexpr double kib = 1024;
constexpr double served_min = 32;

struct Work {
  std::size_t clients;
  std::size_t requests;  // of each client; then it goes, so that every model comes to an end
  bool keeps_alive;
};

LoadPlan plan_of(const Work& work) {
  return {.crowds = {{.clients = work.clients,
                      .path = "/small.html",
                      .keeps_alive = work.keeps_alive,
                      .requests_min = work.requests,
                      .requests_max = work.requests}},
          .time_max = 10s};
}

// What a server uses that is started, does the work if there is any, and is stopped.
Result<Usage> usage_of(const Trial& trial, const LoadPlan* plan, double& requests) {
  auto server = start_server(trial);
  if (!server) return pass(std::move(server.error()));
  if (plan != nullptr) {
    const auto result = run_load(server->port(), *plan, trial.stand.interrupt);
    if (!result) return std::unexpected(result.error());
    if (result->is_interrupted) return fail(ErrorKind::cancelled, 0, "interrupted");
    requests = static_cast<double>(result->crowds.front().requests);
  }
  return server->stop(stop_patience);
}

Result<void> processor(Trial& trial) {
  double requests = 0;
  const auto rest = usage_of(trial, nullptr, requests);
  if (!rest) return std::unexpected(rest.error());
  for (const Work& work : {Work{64, 100, true}, Work{64, 25, false}}) {
    const LoadPlan plan = plan_of(work);
    const auto used = usage_of(trial, &plan, requests);
    if (!used) return std::unexpected(used.error());
    if (requests == 0) continue;
    const auto per_request = [&](std::uint64_t with, std::uint64_t without) {
      return std::max(0.0, static_cast<double>(with) - static_cast<double>(without)) / requests;
    };
    const Duration cpu = used->cpu - rest->cpu;
    trial.add(
        "cost", work.keeps_alive ? 0 : 1,
        {{"requests", requests},
         {"cpu_us", std::chrono::duration<double, std::micro>(cpu).count() / requests},
         {"switches", per_request(used->switches(), rest->switches())},
         {"voluntary", per_request(used->voluntary_switches, rest->voluntary_switches)},
         {"involuntary", per_request(used->involuntary_switches, rest->involuntary_switches)}});
  }
  return {};
}

// Connections that have asked once and stay.
Result<void> memory(Trial& trial) {
  const auto port = shared_port(trial);
  if (!port) return std::unexpected(port.error());
  const pid_t root = trial.server->pid();
  const double before = memory_of(process_tree(root));
  double with = 0;
  double processes = 0;
  const Crowd crowd{
      .clients = 500, .path = "/small.html", .lingers = true, .requests_min = 1, .requests_max = 1};
  const auto result = load(
      trial, *port,
      {.crowds = {crowd}, .time_max = std::min<Duration>(1s, trial.stand.seconds), .at_end = [&] {
         const auto tree = process_tree(root);
         processes = static_cast<double>(tree.size());
         with = memory_of(tree);
       }});
  if (!result) return std::unexpected(result.error());
  auto values = values_of(*result);
  values["rest_mib"] = before / kib / kib;
  values["processes"] = processes;
  // Of one connection it is more noise than connection.
  if (values["served"] >= served_min) {
    values["connection_kib"] = std::max(0.0, with - before) / kib / values["served"];
  }
  trial.add("memory", static_cast<double>(crowd.clients), std::move(values));
  return {};
}

// What a work asks of the kernel, by name, from one end of it to the other.
Result<CallCounts> calls_of(const Trial& trial, const Work& work, double& requests) {
  const auto tracer = Tracer::start(TraceMode::count, trace_time_max);
  if (!tracer) return std::unexpected(tracer.error());
  auto server = start_server(trial, tracer->hook());
  const auto traces = tracer->check();
  if (!traces) return std::unexpected(traces.error());
  if (!server) return pass(std::move(server.error()));
  CallCounts counts = tracer->counts();
  const auto result = run_load(server->port(), plan_of(work), trial.stand.interrupt);
  if (!result) return std::unexpected(result.error());
  if (result->is_interrupted) return fail(ErrorKind::cancelled, 0, "interrupted");
  requests = static_cast<double>(result->crowds.front().requests);
  CallCounts after = tracer->counts();
  for (auto& [name, count] : after) count -= counts[name];
  return after;
}

Result<void> calls(Trial& trial) {
  for (const Work& work : {Work{8, 25, true}, Work{8, 7, false}}) {
    double requests = 0;
    const auto counts = calls_of(trial, work, requests);
    if (!counts) return std::unexpected(counts.error());
    if (requests == 0) continue;
    std::map<std::string, double> values{{"requests", requests}};
    for (const auto& [name, count] : *counts) {
      if (count == 0) continue;
      values["call." + name] = static_cast<double>(count) / requests;
      values["total"] += static_cast<double>(count) / requests;
    }
    trial.add("calls", work.keeps_alive ? 0 : 1, std::move(values));
  }
  return {};
}

}  // namespace

std::vector<Step> cost_steps() {
  return {{"memory", 500, memory},
          {"processor time", 64, processor},
          {"system calls", 8, calls, false}};
}

}  // namespace coachwhip::lab
