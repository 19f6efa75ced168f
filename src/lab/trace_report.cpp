#include "lab/trace_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

namespace coachwhip::lab {
namespace {

using nlohmann::ordered_json;

constexpr int schema = 1;

std::string milliseconds(Milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f ms", time.count());
  return text;
}

std::string counted(std::size_t count, std::string_view one, std::string_view several) {
  return std::to_string(count).append(" ").append(count == 1 ? one : several);
}

// To a microsecond: more digits are noise.
double rounded(Milliseconds time) { return std::round(time.count() * 1000) / 1000; }

ordered_json json_of(const ModelTrace& trace, const ClientView& client) {
  ordered_json asks = ordered_json::array();
  for (const Ask& ask : client.asks) {
    ordered_json one{{"target", ask.target}, {"began_ms", rounded(trace.at(ask.began))}};
    one["sent_ms"] = ask.sent == TimePoint{} ? ordered_json()
                                             : ordered_json(rounded(trace.at(ask.sent)));
    one["answered_ms"] = ask.answered ? ordered_json(rounded(trace.at(*ask.answered)))
                                      : ordered_json();
    one["status"] = ask.status;
    asks.push_back(std::move(one));
  }
  return {{"number", client.number},
          {"nature", client.nature},
          {"connected_ms", rounded(trace.at(client.began))},
          {"left_ms", rounded(trace.at(client.ended))},
          {"longest_wait_ms", rounded(client.longest_wait())},
          {"failure", client.failure},
          {"requests", std::move(asks)}};
}

ordered_json json_of(const Span& span) {
  ordered_json one{{"deed", name(span.deed)},
                   {"client", span.client},
                   {"began_ms", rounded(span.began)},
                   {"ended_ms", rounded(span.ended)},
                   {"call", span.what}};
  if (span.times > 1) one["times"] = span.times;
  return one;
}

ordered_json json_of(const Lane& lane) {
  ordered_json connections = ordered_json::array();
  for (const Life& life : lane.lives) {
    ordered_json requests = ordered_json::array();
    for (const Interval& request : life.requests) {
      requests.push_back(
          {{"began_ms", rounded(request.began)}, {"ended_ms", rounded(request.ended)}});
    }
    connections.push_back({{"client", life.client},
                           {"opened_ms", rounded(life.began)},
                           {"closed_ms", rounded(life.ended)},
                           {"requests", std::move(requests)}});
  }
  ordered_json events = ordered_json::array();
  for (const Span& span : lane.spans) events.push_back(json_of(span));
  return {{"name", lane.name},
          {"process", lane.process},
          {"thread", lane.thread},
          {"connections", std::move(connections)},
          {"events", std::move(events)}};
}

ordered_json json_of(const ModelTrace& trace) {
  ordered_json clients = ordered_json::array();
  for (const ClientView& client : trace.scene.clients) clients.push_back(json_of(trace, client));
  ordered_json lanes = ordered_json::array();
  for (const Lane& lane : trace.story.lanes) lanes.push_back(json_of(lane));
  ordered_json idle = ordered_json::array();
  for (const Lane& lane : trace.story.idle) idle.push_back(lane.name);
  return {{"model", trace.model},        {"duration_ms", rounded(trace.duration())},
          {"system_calls", trace.calls}, {"clients", std::move(clients)},
          {"lanes", std::move(lanes)},   {"idle", std::move(idle)}};
}

}  // namespace

Unread longest_unread(const ModelTrace& trace) {
  Unread found;
  for (const ClientView& client : trace.scene.clients) {
    std::vector<Milliseconds> read;
    for (const Lane& lane : trace.story.lanes) {
      for (const Life& life : lane.lives) {
        if (life.client != client.number) continue;
        for (const Interval& request : life.requests) read.push_back(request.began);
      }
    }
    std::ranges::sort(read);
    for (std::size_t i = 0; i < client.asks.size(); ++i) {
      const Milliseconds since = trace.at(client.asks[i].began);
      const Milliseconds until = i < read.size() ? read[i] : trace.at(client.ended);
      if (until - since > found.longest) found = {client.number, until - since};
    }
  }
  return found;
}

std::string idle_text(const Story& story) {
  if (story.idle.empty()) return "";
  return counted(story.idle.size(), "further thread", "further threads") + " only waited";
}

std::string client_name(const ClientView& client) {
  const std::string name = "client " + std::to_string(client.number);
  return client.nature.empty() ? name : name + " (" + client.nature + ")";
}

std::string summary_text(const ModelTrace& trace) {
  std::string text = "\n" + trace.model + ": " + trace.summary + "\n";
  for (const ClientView& client : trace.scene.clients) {
    std::string line = "  " + client_name(client);
    line.resize(32, ' ');
    line += client.failure.empty() ? "waited " + milliseconds(client.longest_wait())
                                   : client.failure;
    text += line + "\n";
  }
  std::set<pid_t> processes;
  for (const Lane& lane : trace.story.lanes) processes.insert(lane.process);
  text += "  at work: " + counted(trace.story.lanes.size(), "thread", "threads") + " of " +
          counted(processes.size(), "process", "processes");
  if (!trace.story.idle.empty()) text += "; " + idle_text(trace.story);
  text += "\n";
  const Unread unread = longest_unread(trace);
  text += "  longest stall: a request of client " + std::to_string(unread.client) +
          " lay unread for " + milliseconds(unread.longest) + "\n";
  text += "  system calls: " + std::to_string(trace.calls) + " in " +
          milliseconds(trace.duration()) + "\n";
  return text;
}

std::string trace_json(std::span<const ModelTrace> traces) {
  ordered_json models = ordered_json::array();
  for (const ModelTrace& trace : traces) models.push_back(json_of(trace));
  return ordered_json{{"schema", schema}, {"models", std::move(models)}}.dump(1) + "\n";
}

}  // namespace coachwhip::lab
