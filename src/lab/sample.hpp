// Sample: what one measurement of one model has given. Comparison: all samples, and their story.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace coachwhip::lab {

struct Sample {
  std::string experiment;
  std::string model;
  double x = 0;  // what is varied: connections, bytes, …
  std::map<std::string, double> values{};
};

struct ModelFacts {
  std::string name;
  std::string summary;
  std::string breaks;
  std::string known_from;
  std::size_t number = 0;  // in the story: its colour
  std::string refusal{};   // why the system refuses it; empty: it does not
};

struct Comparison {
  std::vector<std::pair<std::string, std::string>> machine{};   // "kernel", "Linux 6.1"
  std::vector<std::pair<std::string, std::string>> settings{};  // "rounds", "3"
  std::vector<ModelFacts> models{};
  std::vector<Sample> samples{};
  std::vector<std::string> notes{};  // what was left out, and why; what failed
  bool is_interrupted = false;

  // nullopt: it was not measured.
  std::optional<double> find(std::string_view experiment, std::string_view model, double x,
                             const std::string& value) const;
  // All that an experiment varied, in order.
  std::vector<double> variants(std::string_view experiment) const;
};

// Samples of the same become one: of each value the median. `rounds` tells of how many.
std::vector<Sample> medians(const std::vector<Sample>& samples);

}  // namespace coachwhip::lab
