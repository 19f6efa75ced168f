#include "lab/stand.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr Duration start_patience = 20s;
constexpr Duration settle_patience = 3s;

double milliseconds(Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

Result<Server> start_with(const Trial& trial, std::vector<std::string> arguments,
                          std::function<void()> before_program) {
  arguments.insert(arguments.end(), {"--model", std::string(trial.model.name)});
  auto server = Server::start({.arguments = std::move(arguments),
                               .folder = trial.stand.site.folder(),
                               .cpus = trial.stand.server_cpus,
                               .before_program = std::move(before_program)});
  if (!server) return server;
  auto ready = server->wait_ready(start_patience);
  if (!ready) return pass(std::move(ready.error()));
  return server;
}

}  // namespace

void Trial::add(std::string experiment, double x, std::map<std::string, double> values) {
  samples.push_back({std::move(experiment), std::string(model.name), x, std::move(values)});
}

Result<Server> start_server(const Trial& trial, std::function<void()> before_program) {
  return start_with(trial, {"./public"}, std::move(before_program));
}

Result<Server> start_app_server(const Trial& trial) {
  // Enough Python threads for all who sleep: the model is looked at, not the application.
  std::vector<std::string> arguments = trial.stand.site.arguments();
  arguments.insert(arguments.end(), {"--workers", "1", "--threads", "16"});
  return start_with(trial, std::move(arguments), {});
}

Result<std::uint16_t> shared_port(Trial& trial) {
  if (!trial.server) {
    auto server = start_server(trial);
    if (!server) return pass(std::move(server.error()));
    trial.server.emplace(std::move(*server));
  }
  return trial.server->port();
}

void settle(const Trial& trial, std::uint16_t port) {
  const Crowd probe{
      .path = "/small.html", .keeps_alive = false, .requests_min = 1, .requests_max = 1};
  const LoadPlan plan{.crowds = {probe}, .time_max = settle_patience};
  [[maybe_unused]] const auto settled = run_load(port, plan, trial.stand.interrupt);
}

Result<LoadResult> load(const Trial& trial, std::uint16_t port, const LoadPlan& plan) {
  auto result = run_load(port, plan, trial.stand.interrupt);
  if (result && result->is_interrupted) return fail(ErrorKind::cancelled, 0, "interrupted");
  settle(trial, port);
  return result;
}

std::map<std::string, double> values_of(const LoadResult& result, std::size_t crowd) {
  const Tally& tally = result.crowds[crowd];
  const double seconds = std::chrono::duration<double>(result.time).count();
  const auto requests = static_cast<double>(tally.requests);
  std::map<std::string, double> values{{"requests", requests},
                                       {"seconds", seconds},
                                       {"rps", seconds > 0 ? requests / seconds : 0},
                                       {"clients", static_cast<double>(tally.clients)},
                                       {"served", static_cast<double>(tally.served_clients)},
                                       {"connected", static_cast<double>(tally.connected_clients)},
                                       {"unanswered", static_cast<double>(tally.unanswered)},
                                       {"failed", static_cast<double>(tally.failed())}};
  if (tally.times.count() > 0) {
    values["p50_ms"] = milliseconds(tally.times.quantile(0.5));
    values["p99_ms"] = milliseconds(tally.times.quantile(0.99));
  }
  for (std::size_t i = 0; i < failure_names.size(); ++i) {
    if (tally.failures[i] == 0) continue;
    values["failed." + std::string(failure_names[i])] = static_cast<double>(tally.failures[i]);
  }
  return values;
}

}  // namespace coachwhip::lab
