// The catalogue: what is told about each experiment, and what is drawn of it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lab/scale.hpp"

namespace coachwhip::lab {

enum class DrawingKind { lines, bars, served };

// A row of bars: one value of the samples with this x.
struct Series {
  std::string_view value;
  double x = 0;
  std::string_view label;
  std::string_view experiment{};  // if it is another one's
};

struct Drawing {
  DrawingKind kind = DrawingKind::lines;
  std::string_view title;
  std::string_view unit;
  std::string_view value{};      // of lines
  std::vector<Series> series{};  // of bars
  ScaleKind scale = ScaleKind::linear;
  std::string_view absent = "not measured";  // instead of a bar
};

struct Experiment {
  std::string_view id;
  std::string_view title;
  std::string_view axis;  // what x is
  std::string_view text;  // for a learner: what you see, and why
  std::vector<Drawing> drawings{};
};

// In the order of the report.
std::vector<Experiment> catalogue();

}  // namespace coachwhip::lab
