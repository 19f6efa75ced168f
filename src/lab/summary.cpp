#include "lab/summary.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "lab/figure.hpp"

namespace coachwhip::lab {
namespace {

struct Column {
  std::string head;
  std::string experiment;
  double x;
  std::string value;
};

std::vector<Column> columns(const Comparison& comparison) {
  const std::vector<double> counts = comparison.variants("connections");
  const double most = counts.empty() ? 0 : counts.back();
  const std::string at_most = figure(most);
  return {{"req/s\nat 64", "connections", 64, "rps"},
          {"p99 ms\nat 64", "connections", 64, "p99_ms"},
          {"req/s at\n" + at_most, "connections", most, "rps"},
          {"served at\n" + at_most, "connections", most, "served"},
          {"500 at\nonce, s", "burst", 1024, "seconds"},
          {"users of\n500", "users", 500, "served"},
          {"KiB per\nclient", "memory", 500, "connection_kib"},
          {"calls/\nrequest", "calls", 0, "total"},
          {"switches\n/request", "cost", 0, "switches"},
          {"CPU µs\n/request", "cost", 0, "cpu_us"}};
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width, bool is_left) {
  const std::string spaces(width - std::min(width, columns_of(text)), ' ');
  return is_left ? text + spaces : spaces + text;
}

std::string half_of(const std::string& head, bool is_first) {
  const std::size_t newline = head.find('\n');
  if (newline == std::string::npos) return is_first ? "" : head;
  return is_first ? head.substr(0, newline) : head.substr(newline + 1);
}

}  // namespace

Summary summarise(const Comparison& comparison) {
  Summary summary{.heads = {"model"}};
  const std::vector<Column> shown = columns(comparison);
  for (const Column& column : shown) summary.heads.push_back(column.head);
  for (const ModelFacts& model : comparison.models) {
    std::vector<std::string> row{model.name};
    for (const Column& column : shown) {
      const auto number = comparison.find(column.experiment, model.name, column.x, column.value);
      row.push_back(number && column.value == "served" ? whole(*number) : figure(number));
    }
    summary.rows.push_back(std::move(row));
  }
  return summary;
}

std::string terminal_table(const Comparison& comparison) {
  const Summary summary = summarise(comparison);
  std::vector<std::vector<std::string>> lines(2);
  for (const std::string& head : summary.heads) {
    lines[0].push_back(half_of(head, true));
    lines[1].push_back(half_of(head, false));
  }
  lines.insert(lines.end(), summary.rows.begin(), summary.rows.end());
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      std::size_t width = 0;
      for (const auto& other : lines) width = std::max(width, columns_of(other[i]));
      text += (i == 0 ? "" : "  ") + padded(line[i], width, i == 0);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace coachwhip::lab
