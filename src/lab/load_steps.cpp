// How a model serves: connections, pages, bursts, users, idle, slow and sleeping company.
#include <algorithm>

#include "lab/steps.hpp"
#include "lab/tool.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view small = "/small.html";
constexpr std::string_view page = "/page.html";
constexpr std::size_t active = 8;
constexpr std::size_t usual = 64;
constexpr double small_bytes = 1024;
constexpr double page_bytes = 52'224;

Crowd askers(std::size_t clients, std::string_view path) {
  return {.clients = clients, .path = std::string(path)};
}

// Loads the shared server with the crowds; the last of them is kept as the sample.
Result<void> measure(Trial& trial, std::string_view experiment, double x, LoadPlan plan) {
  const auto port = shared_port(trial);
  if (!port) return std::unexpected(port.error());
  if (plan.time_max == Duration{}) plan.time_max = trial.stand.seconds;
  const auto result = load(trial, *port, plan);
  if (!result) return std::unexpected(result.error());
  trial.add(std::string(experiment), x, values_of(*result, plan.crowds.size() - 1));
  return {};
}

// Each of very many shall have its turn, too.
Duration enough(Duration seconds, std::size_t clients) {
  return clients < 5000 ? seconds : seconds * 5 / 2;
}

void add_connections(std::vector<Step>& steps) {
  for (const std::size_t count : {1UZ, 8UZ, 64UZ, 500UZ, 2000UZ, 10'000UZ}) {
    steps.push_back({std::to_string(count) + (count == 1 ? " connection" : " connections"), count,
                     [count](Trial& trial) {
                       return measure(trial, "connections", static_cast<double>(count),
                                      {.crowds = {askers(count, small)},
                                       .time_max = enough(trial.stand.seconds, count)});
                     }});
  }
}

// As the story has it: each request on a connection of its own, all at once.
Result<void> burst(Trial& trial, std::string_view path, double bytes) {
  Crowd crowd = askers(500, path);
  crowd.keeps_alive = false;
  crowd.requests_min = crowd.requests_max = 1;
  return measure(trial, "burst", bytes, {.crowds = {crowd}, .time_max = 5s});
}

Result<void> burst_by_ab(Trial& trial, std::string_view path, double bytes) {
  const auto port = shared_port(trial);
  if (!port) return std::unexpected(port.error());
  auto values = run_ab(*trial.stand.ab, *port, path, 10s, trial.stand.interrupt);
  settle(trial, *port);
  if (!values) return pass(std::move(values.error()));
  trial.add("ab", bytes, std::move(*values));
  return {};
}

Result<void> by_wrk(Trial& trial) {
  const auto port = shared_port(trial);
  if (!port) return std::unexpected(port.error());
  auto values = run_wrk(*trial.stand.wrk, *port, small, usual, 1, trial.stand.interrupt);
  settle(trial, *port);
  if (!values) return pass(std::move(values.error()));
  trial.add("wrk", static_cast<double>(usual), std::move(*values));
  return {};
}

// The classic plan: they arrive one after the other, look at some pages, think between them, go.
Result<void> users(Trial& trial) {
  Crowd crowd = askers(500, small);
  crowd.requests_min = 2;
  crowd.requests_max = 10;
  crowd.ramp_up = trial.stand.is_quick ? 1s : 5s;
  crowd.think_min = 50ms;
  crowd.think_max = 150ms;
  return measure(trial, "users", 500, {.crowds = {crowd}, .time_max = crowd.ramp_up + 2s});
}

Result<void> beside_idle(Trial& trial, std::size_t idle) {
  Crowd silent = askers(idle, small);
  silent.is_silent = true;
  return measure(trial, "idle", static_cast<double>(idle),
                 {.crowds = {silent, askers(active, small)}});
}

Result<void> beside_slow(Trial& trial, std::size_t slow) {
  Crowd crowd = askers(slow, small);
  crowd.byte_interval = 20ms;
  return measure(trial, "slow", static_cast<double>(slow),
                 {.crowds = {crowd, askers(active, small)}});
}

// Eight ask a handler that sleeps, eight one that does not; each is measured apart.
Result<void> beside_sleeping(Trial& trial) {
  auto server = start_app_server(trial);
  if (!server) return pass(std::move(server.error()));
  const LoadPlan plan{.crowds = {askers(active, "/app?ms=50"), askers(active, "/app?ms=0")},
                      .time_max = trial.stand.seconds};
  const auto result = load(trial, server->port(), plan);
  if (!result) return std::unexpected(result.error());
  trial.add("sleep", 50, values_of(*result, 0));
  trial.add("sleep", 0, values_of(*result, 1));
  const auto stopped = server->stop(5s);
  if (!stopped) return std::unexpected(stopped.error());
  return {};
}

}  // namespace

std::vector<Step> load_steps(const Stand& stand) {
  std::vector<Step> steps;
  add_connections(steps);
  steps.push_back({"page of 51 KiB", usual, [](Trial& trial) {
                     return measure(trial, "page", page_bytes, {.crowds = {askers(usual, page)}});
                   }});
  steps.push_back(
      {"500 at once", 500, [](Trial& trial) { return burst(trial, small, small_bytes); }});
  steps.push_back(
      {"500 at once, 51 KiB", 500, [](Trial& trial) { return burst(trial, page, page_bytes); }});
  if (stand.ab) {
    steps.push_back(
        {"ab", 500, [](Trial& trial) { return burst_by_ab(trial, small, small_bytes); }});
    steps.push_back(
        {"ab, 51 KiB", 500, [](Trial& trial) { return burst_by_ab(trial, page, page_bytes); }});
  }
  if (stand.wrk) steps.push_back({"wrk", usual, by_wrk});
  steps.push_back({"500 users", 500, users, false});
  for (const std::size_t idle : {0UZ, 100UZ, 1000UZ, 5000UZ}) {
    if (idle == 5000 && stand.is_quick) continue;
    steps.push_back({std::to_string(idle) + " idle connections", idle + active,
                     [idle](Trial& trial) { return beside_idle(trial, idle); }});
  }
  for (const std::size_t slow : {1UZ, 100UZ}) {
    steps.push_back({std::to_string(slow) + (slow == 1 ? " slow client" : " slow clients"),
                     slow + active, [slow](Trial& trial) { return beside_slow(trial, slow); }});
  }
  if (stand.has_python) steps.push_back({"sleeping handler", 2 * active, beside_sleeping});
  return steps;
}

}  // namespace coachwhip::lab
