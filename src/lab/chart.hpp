// Charts as SVG, for the page that gives them their colours: lines over an axis, and bars in rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lab/scale.hpp"

namespace coachwhip::lab {

struct Line {
  struct Point {
    double x = 0;
    double y = 0;
    std::string tip{};  // shown when pointed at
  };

  std::string name;
  std::size_t colour = 0;       // of the page's twelve
  std::vector<Point> points{};  // what the scales have no place for is left out
};

struct LineChart {
  std::string title{};
  std::string description{};  // what is to be seen, for those who do not see it
  std::string x_label{};
  std::string y_label{};
  ScaleKind x_scale = ScaleKind::logarithmic;
  ScaleKind y_scale = ScaleKind::logarithmic;
  std::vector<Line> lines{};
};

struct BarChart {
  struct Row {
    std::string name;
    std::vector<std::optional<double>> values{};  // one for each series; nullopt: see `absent`
  };

  std::string title{};
  std::string description{};
  std::string unit{};
  std::vector<std::string> series{};
  std::vector<Row> rows{};
  ScaleKind scale = ScaleKind::linear;
  std::string absent = "not measured";
};

// A figure with its legend.
std::string draw(const LineChart& chart);
std::string draw(const BarChart& chart);

}  // namespace coachwhip::lab
