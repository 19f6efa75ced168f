#include "lab/trace.hpp"

#include <cstdio>
#include <fstream>
#include <thread>

#include "lab/interrupt.hpp"
#include "lab/server.hpp"
#include "lab/test_site.hpp"
#include "lab/timeline.hpp"
#include "lab/trace_report.hpp"
#include "lab/tracer.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr int unusable = 2;
constexpr int interrupted = 130;  // as a shell says it
constexpr Duration start_max = 30s;
constexpr Duration stop_max = 10s;
constexpr Duration trace_max = 60s;  // of one model
constexpr Duration between_looks = 2ms;
constexpr Duration quiet = 30ms;
constexpr Duration start_quiet_max = 1s;  // one model never is
constexpr Duration end_quiet_max = 150ms;

int refuse(const std::string& what) {
  std::fprintf(stderr, "coachwhip: %s\n", what.c_str());
  return unusable;
}

Result<void> write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return fail(ErrorKind::io, errno, path.string() + " cannot be written");
  return {};
}

Result<void> wait_ready(Server& server, const Tracer& tracer, Interrupt& interrupt) {
  const TimePoint deadline = Clock::now() + start_max;
  while (Clock::now() < deadline && !interrupt.has_come()) {
    auto ready = server.wait_ready(between_looks);
    if (ready) return {};
    auto traced = tracer.check();
    if (!traced) return traced;
    if (ready.error().kind != ErrorKind::timed_out) return ready;
  }
  return fail(ErrorKind::timed_out, 0, "does not serve: " + server.log());
}

std::uint64_t sum(const CallCounts& counts) {
  std::uint64_t all = 0;
  for (const auto& [name, count] : counts) all += count;
  return all;
}

// Threads still begin when the server says that it serves, and connections still end when their
// clients have left.
void wait_until_quiet(const Tracer& tracer, Duration patience) {
  const TimePoint deadline = Clock::now() + patience;
  std::uint64_t before = 0;
  for (std::uint64_t now = sum(tracer.counts()); now != before && Clock::now() < deadline;
       now = sum(tracer.counts())) {
    before = now;
    std::this_thread::sleep_for(quiet);
  }
}

Result<ModelTrace> trace_model(const models::Model& model, const TestSite& site,
                               Interrupt& interrupt) {
  auto tracer = Tracer::start(TraceMode::record, trace_max);
  if (!tracer) return pass(std::move(tracer.error()));
  Server::Start start{
      .arguments = site.arguments(), .folder = site.folder(), .before_program = tracer->hook()};
  // One worker: it is ready when the server serves, and its threads are enough.
  start.arguments.insert(start.arguments.end(),
                         {"--model", std::string(model.name), "--workers", "1"});
  auto server = Server::start(std::move(start));
  if (!server) return pass(std::move(server.error()));
  auto ready = wait_ready(*server, *tracer, interrupt);
  if (!ready) return pass(std::move(ready.error()));
  ModelTrace traced{.model = std::string(model.name), .summary = std::string(model.summary)};
  wait_until_quiet(*tracer, start_quiet_max);
  const std::uint64_t calls_before = sum(tracer->counts());
  traced.scene = play_scene(server->port(), [&] { return interrupt.has_come(); });
  wait_until_quiet(*tracer, end_quiet_max);
  traced.scene.ended = Clock::now();
  traced.calls = sum(tracer->counts()) - calls_before;
  auto stopped = server->stop(stop_max);
  if (!stopped) return pass(std::move(stopped.error()));
  auto recording = tracer->finish(stop_max);
  if (!recording) return pass(std::move(recording.error()));
  StoryFrame frame{.began = traced.scene.began,
                   .ended = traced.scene.ended,
                   .is_one_at_a_time = model.connections_max == 1};
  for (const ClientView& client : traced.scene.clients) frame.clients[client.port] = client.number;
  traced.story = tell_story(*recording, frame);
  return traced;
}

}  // namespace

int trace(const TraceOptions& options) {
  Interrupt interrupt;
  const auto site = TestSite::make();
  if (!site) return refuse(site.error().message);
  std::vector<ModelTrace> traces;
  for (const models::Model* model : options.models) {
    auto traced = trace_model(*model, *site, interrupt);
    if (interrupt.has_come()) return interrupted;
    if (!traced) return refuse(std::string(model->name) + ": " + traced.error().message);
    std::fputs(summary_text(*traced).c_str(), stdout);
    std::fflush(stdout);
    traces.push_back(std::move(*traced));
  }
  const auto page = options.output / "trace.html";
  auto written = write(page, timeline_page(traces));
  if (written) written = write(options.output / "trace.json", trace_json(traces));
  if (!written) return refuse(written.error().message);
  std::printf("\nthe timeline: %s\nall events:   %s\n", page.c_str(),
              (options.output / "trace.json").c_str());
  return 0;
}

}  // namespace coachwhip::lab
