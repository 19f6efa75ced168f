#include "lab/findings.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "lab/figure.hpp"

namespace coachwhip::lab {
namespace {

struct Ranked {
  std::string model;
  double value;
};

// The smallest first; models without the value are left out.
std::vector<Ranked> rank(const Comparison& comparison, std::string_view experiment, double x,
                         const std::string& value) {
  std::vector<Ranked> ranked;
  for (const ModelFacts& model : comparison.models) {
    const auto found = comparison.find(experiment, model.name, x, value);
    if (found) ranked.push_back({model.name, *found});
  }
  std::ranges::sort(ranked, {}, &Ranked::value);
  return ranked;
}

bool served_all(const Comparison& comparison, const std::string& model, double x) {
  const auto served = comparison.find("connections", model, x, "served");
  return served && served == comparison.find("connections", model, x, "clients");
}

// Fast for some while the others get nothing is not what is looked for.
void add_fastest(std::vector<std::string>& out, const Comparison& comparison) {
  for (const double x : comparison.variants("connections")) {
    std::vector<Ranked> ranked = rank(comparison, "connections", x, "rps");
    std::erase_if(ranked, [&](const Ranked& one) {
      return one.value == 0 || !served_all(comparison, one.model, x);
    });
    const std::string where = fmt::format("With {} connection{}", figure(x), x == 1 ? "" : "s");
    if (ranked.empty()) {
      out.push_back(where + ", no model answered every client in the time it had.");
    } else if (ranked.size() == 1) {
      out.push_back(fmt::format("{}, {} alone answered every client: {} requests per second.",
                                where, ranked[0].model, figure(ranked[0].value)));
    } else {
      const Ranked& best = ranked.back();
      const Ranked& least = ranked.front();
      out.push_back(fmt::format(
          "{}, {} is the fastest of those that answer every client: {} requests per second; the "
          "slowest of them, {}, has {}.",
          where, best.model, figure(best.value), least.model, figure(least.value)));
    }
  }
}

void add_unserved(std::vector<std::string>& out, const Comparison& comparison, double x) {
  std::string list;
  for (const ModelFacts& model : comparison.models) {
    const auto served = comparison.find("connections", model.name, x, "served");
    const auto clients = comparison.find("connections", model.name, x, "clients");
    if (!served || !clients || *served >= *clients) continue;
    list += fmt::format("{}{} served {}", list.empty() ? "" : ", ", model.name,
                        part_of(*served, *clients));
  }
  if (list.empty()) return;
  out.push_back(fmt::format(
      "With {} connections that are kept, {}: the others were still waiting when the time was "
      "over.",
      figure(x), list));
}

void add_least(std::vector<std::string>& out, const Comparison& comparison,
               std::string_view experiment, double x, const std::string& value,
               std::string_view what, std::string_view unit) {
  const std::vector<Ranked> ranked = rank(comparison, experiment, x, value);
  if (ranked.size() < 2) return;
  out.push_back(fmt::format("{}: {} needs the least ({}{}), {} the most ({}{}).", what,
                            ranked.front().model, figure(ranked.front().value), unit,
                            ranked.back().model, figure(ranked.back().value), unit));
}

void add_refused(std::vector<std::string>& out, const Comparison& comparison) {
  for (const ModelFacts& model : comparison.models) {
    if (model.refusal.empty()) continue;
    out.push_back(fmt::format("This system refuses {}; there is nothing to compare.", model.name));
  }
}

}  // namespace

std::vector<std::string> findings(const Comparison& comparison) {
  std::vector<std::string> out;
  add_fastest(out, comparison);
  for (const double x : comparison.variants("connections")) {
    if (x == 8 || x == 500 || x == 10'000) add_unserved(out, comparison, x);
  }
  add_least(out, comparison, "memory", 500, "connection_kib", "Memory for an open connection",
            " KiB");
  add_least(out, comparison, "cost", 0, "cpu_us", "Processor time for a request", " µs");
  add_least(out, comparison, "cost", 0, "switches", "Context switches for a request", "");
  add_least(out, comparison, "calls", 0, "total", "System calls for a request", "");
  add_refused(out, comparison);
  return out;
}

}  // namespace coachwhip::lab
