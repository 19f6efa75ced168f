#include "lab/compare.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>

#include "config/open_files.hpp"
#include "lab/figure.hpp"
#include "lab/machine.hpp"
#include "lab/progress.hpp"
#include "lab/report.hpp"
#include "lab/steps.hpp"
#include "lab/summary.hpp"
#include "lab/tool.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr int interrupted = 130;
constexpr unsigned rounds_of_a_full_run = 3;
constexpr Duration quick_seconds = 700ms;
constexpr Duration full_seconds = 1s;
// What has not begun by then is left out. A quick run promises five minutes.
constexpr Duration quick_time_max = 280s;
constexpr Duration full_time_max = 30min;
constexpr Duration stop_patience = 5s;
constexpr std::size_t spare_descriptors = 100;
constexpr double busy_load = 0.5;

std::size_t number_of(const models::Model& model) {
  const auto list = models::all();
  return static_cast<std::size_t>(std::ranges::find(list, &model) - list.begin());
}

class Comparing {
 public:
  Comparing(const CompareOptions& options, Stand& stand)
      : options_(options),
        stand_(stand),
        rounds_(options.is_quick ? 1 : rounds_of_a_full_run),
        end_(Clock::now() + (options.is_quick ? quick_time_max : full_time_max)) {
    for (const models::Model* model : options.models) {
      out_.models.push_back({.name = std::string(model->name),
                             .summary = std::string(model->summary),
                             .breaks = std::string(model->breaks),
                             .known_from = std::string(model->known_from),
                             .number = number_of(*model)});
    }
  }

  Comparison run() {
    prepare();
    const std::vector<Step> steps = possible_steps();
    Progress progress(steps.size() * options_.models.size() * rounds_);
    for (unsigned round = 0; round < rounds_; ++round) {
      for (std::size_t i = 0; i < options_.models.size(); ++i) {
        try_model(i, round, steps, progress);
      }
    }
    describe();
    out_.samples = medians(out_.samples);
    return std::move(out_);
  }

 private:
  // Looks at what there is, and says what is missing.
  void prepare() {
    out_.machine = describe_machine();
    out_.machine.emplace_back("coachwhip", options_.version);
    look_for_other_work();
    stand_.seconds = options_.seconds;
    if (stand_.seconds == Duration{}) {
      stand_.seconds = stand_.is_quick ? quick_seconds : full_seconds;
    }
    const std::size_t descriptors = raise_descriptor_limit();
    stand_.connections_max = std::min(descriptors - std::min(descriptors, spare_descriptors),
                                      config::connections_for({}, descriptors));
    if (const auto halves = halve_cpus()) {
      stand_.server_cpus = halves->server;
      ::sched_setaffinity(0, sizeof halves->load, &halves->load);
      set("processors", fmt::format("{} for the server, {} others for the load",
                                    CPU_COUNT(&halves->server), CPU_COUNT(&halves->load)));
    } else {
      set("processors", "one, shared by the server and the load: the load takes its part of it");
    }
    stand_.ab = find_tool("ab");
    stand_.wrk = find_tool("wrk");
    for (const auto& [name, tool] : {std::pair{"ab", &stand_.ab}, {"wrk", &stand_.wrk}}) {
      if (!*tool) note(fmt::format("{} is not installed, so its column is left out.", name));
    }
    look_for_python();
  }

  void look_for_other_work() {
    const double load = recent_load();
    out_.machine.emplace_back("load average before", figure(load));
    if (load < busy_load) return;
    note(
        fmt::format("The machine had other work (a load average of {}): the numbers are less than "
                    "it can do, and differ from run to run.",
                    figure(load)));
  }

  void look_for_python() {
    const Trial trial{.stand = stand_, .model = *models::find("coroutine")};
    auto server = start_app_server(trial);
    if (server) return;
    stand_.has_python = false;
    note("The handler that sleeps is left out, for want of a Python: " + server.error().message);
  }

  std::vector<Step> possible_steps() {
    std::vector<Step> steps = cost_steps();
    std::ranges::move(load_steps(stand_), std::back_inserter(steps));
    std::string impossible;
    std::erase_if(steps, [&](const Step& step) {
      if (step.connections <= stand_.connections_max) return false;
      impossible += (impossible.empty() ? "" : ", ") + step.title;
      return true;
    });
    if (!impossible.empty()) {
      note(fmt::format("Left out, for want of open files (ulimit -n allows {} connections): {}.",
                       stand_.connections_max, impossible));
    }
    return steps;
  }

  void try_model(std::size_t index, unsigned round, const std::vector<Step>& steps,
                 Progress& progress) {
    ModelFacts& facts = out_.models[index];
    Trial trial{.stand = stand_, .model = *options_.models[index]};
    std::string group = facts.name;
    if (rounds_ > 1) group += fmt::format(", round {} of {}", round + 1, rounds_);
    for (const Step& step : steps) {
      progress.begin(group, step.title);
      if (facts.refusal.empty() && may_begin(facts.name, step, round)) try_step(trial, facts, step);
      progress.end_step();
    }
    if (trial.server) {
      const auto stopped = trial.server->stop(stop_patience);
      if (!stopped) note(facts.name + ": " + stopped.error().message);
    }
    std::ranges::move(trial.samples, std::back_inserter(out_.samples));
    if (!facts.refusal.empty() && round == 0) {
      progress.say(facts.name + " is refused by this system: " + facts.refusal);
    }
  }

  bool may_begin(const std::string& model, const Step& step, unsigned round) {
    if (round > 0 && !step.is_repeated) return false;
    if (stand_.interrupt.has_come()) {
      out_.is_interrupted = true;
      return false;
    }
    if (Clock::now() < end_) return true;
    note(fmt::format("{}: {} is left out, the time is over.", model, step.title));
    return false;
  }

  void try_step(Trial& trial, ModelFacts& facts, const Step& step) {
    const auto done = step.run(trial);
    if (done) return;
    const std::string& why = done.error().message;
    if (done.error().kind == ErrorKind::cancelled) {
      out_.is_interrupted = true;
    } else if (why.find("refuses the model") != std::string::npos) {
      facts.refusal = why;
      note(why);
    } else {
      note(fmt::format("{}, {}: {}", facts.name, step.title, why));
      trial.server.reset();
    }
  }

  void describe() {
    set("rounds", fmt::format("{}{}", rounds_, rounds_ > 1 ? ", of which the medians" : ""));
    set("time of a measurement",
        fmt::format("{} s", std::chrono::duration<double>(stand_.seconds).count()));
    set("load", fmt::format("built in{}{}", stand_.ab ? "; ab" : "", stand_.wrk ? "; wrk" : ""));
    if (out_.is_interrupted) note("The run was interrupted; what is missing was not measured.");
  }

  void set(std::string name, std::string value) {
    out_.settings.emplace_back(std::move(name), std::move(value));
  }
  void note(std::string text) { out_.notes.push_back(std::move(text)); }

  const CompareOptions& options_;
  Stand& stand_;
  unsigned rounds_;
  TimePoint end_;
  Comparison out_;
};

bool write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return true;
  std::fprintf(stderr, "coachwhip: cannot write %s\n", path.c_str());
  return false;
}

}  // namespace

int compare(const CompareOptions& options) {
  const auto site = TestSite::make();
  if (!site) {
    std::fprintf(stderr, "coachwhip: %s\n", site.error().message.c_str());
    return 1;
  }
  Interrupt interrupt;
  Stand stand{.site = *site, .interrupt = interrupt, .is_quick = options.is_quick};
  const Comparison comparison = Comparing(options, stand).run();
  std::fputs(terminal_table(comparison).c_str(), stdout);
  for (const std::string& text : comparison.notes) std::fprintf(stderr, "note: %s\n", text.c_str());
  const std::filesystem::path html = options.output / "models.html";
  const std::filesystem::path json = options.output / "models.json";
  if (!write(html, report_html(comparison)) || !write(json, report_json(comparison))) return 1;
  std::fprintf(stderr, "written: %s, %s\n", html.c_str(), json.c_str());
  if (comparison.is_interrupted) return interrupted;
  return comparison.samples.empty() ? 1 : 0;
}

}  // namespace coachwhip::lab
