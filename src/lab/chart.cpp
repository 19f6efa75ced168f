#include "lab/chart.hpp"

#include <array>
#include <fmt/format.h>

#include "lab/figure.hpp"
#include "lab/page.hpp"

namespace coachwhip::lab {
namespace {

constexpr double width = 560;
constexpr double line_height = 340;
constexpr double left = 62;
constexpr double right = width - 20;
constexpr double top = 12;
constexpr double below = 44;  // for the marks and the name of the horizontal axis

constexpr double name_end = 88;
constexpr double bar_begin = 96;
constexpr double bar_end = width - 76;  // the longest bar's number stands behind it
constexpr double bar_height = 11;
constexpr double bar_step = 14;
constexpr double row_gap = 8;

// Two lines with the same shape have different strokes.
constexpr std::array shapes{
    std::string_view("M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"),  // a circle
    std::string_view("M-3.5-3.5h7v7h-7z"),                   // a square
    std::string_view("M0-4.8L4.6 3.4H-4.6z"),                // a triangle
    std::string_view("M0-5L5 0L0 5L-5 0z"),                  // a diamond
    std::string_view("M0 4.8L4.6-3.4H-4.6z"),                // a triangle that stands on its head
    std::string_view("M-5-2h10v4h-10z"),                     // a beam
};

std::string dot(std::size_t colour, double x, double y, std::string_view tip) {
  const std::string title = tip.empty() ? "" : "<title>" + escape(tip) + "</title>";
  return fmt::format(
      "<path class=\"dot\" transform=\"translate({:.1f} {:.1f})\" d=\"{}\">{}</path>", x, y,
      shapes[colour % shapes.size()], title);
}

std::string_view dashes(std::size_t colour) {
  return colour < shapes.size() ? "" : " stroke-dasharray=\"6 3\"";
}

std::string begin_figure(const std::string& title, std::string_view sub,
                         const std::string& legend) {
  std::string html = "<figure>\n<figcaption>" + escape(title);
  if (!sub.empty()) html += "<small>" + escape(sub) + "</small>";
  return html + "</figcaption>\n" + legend + "<div class=\"chart\">\n";
}

std::string begin_svg(const std::string& title, const std::string& description, double height) {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n", width,
      height, escape(title), escape(description));
}

std::string text(double x, double y, std::string_view anchor, std::string_view content,
                 std::string_view kind = "mark") {
  return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n",
                     kind, x, y, anchor, escape(content));
}

std::string stroke(std::string_view kind, double x1, double y1, double x2, double y2) {
  return fmt::format(
      "<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", kind, x1,
      y1, x2, y2);
}

std::string vertical_marks(const Scale& scale, double bottom) {
  std::string svg;
  for (const double mark : scale.marks()) {
    const double x = scale.place(mark);
    svg += stroke("grid", x, top, x, bottom);
    svg += text(x, bottom + 16, "middle", figure(mark));
  }
  return svg;
}

// ---- lines ----

std::string legend_of(const LineChart& chart) {
  std::string html = "<ul class=\"legend\">\n";
  for (const Line& line : chart.lines) {
    html += fmt::format(
        "<li class=\"c{}\"><svg class=\"s c{}\" aria-hidden=\"true\" viewBox=\"0 0 26 14\">"
        "<path d=\"M0 7H26\"{}/>{}</svg>{}</li>\n",
        line.colour, line.colour, dashes(line.colour), dot(line.colour, 13, 7, {}),
        escape(line.name));
  }
  return html + "</ul>\n";
}

std::string draw(const Line& line, const Scale& across, const Scale& upward) {
  std::string path;
  std::string dots;
  for (const Line::Point& point : line.points) {
    if (!across.has(point.x) || !upward.has(point.y)) continue;
    const double x = across.place(point.x);
    const double y = upward.place(point.y);
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x, y);
    dots += dot(line.colour, x, y, point.tip) + "\n";
  }
  return fmt::format("<g class=\"s c{}\">\n<path d=\"{}\"{}/>\n{}</g>\n", line.colour, path,
                     dashes(line.colour), dots);
}

}  // namespace

std::string draw(const LineChart& chart) {
  std::vector<double> xs;
  std::vector<double> ys;
  for (const Line& line : chart.lines) {
    for (const Line::Point& point : line.points) {
      xs.push_back(point.x);
      ys.push_back(point.y);
    }
  }
  const double bottom = line_height - below;
  const Scale across(chart.x_scale, xs, left, right);
  const Scale upward(chart.y_scale, ys, bottom, top);
  std::string svg = begin_svg(chart.title, chart.description, line_height);
  svg += vertical_marks(across, bottom);
  for (const double mark : upward.marks()) {
    const double y = upward.place(mark);
    svg += stroke("grid", left, y, right, y);
    svg += text(left - 8, y + 4, "end", figure(mark));
  }
  svg += stroke("axis", left, bottom, right, bottom);
  svg += text((left + right) / 2, line_height - 6, "middle", chart.x_label);
  for (const Line& line : chart.lines) svg += draw(line, across, upward);
  return begin_figure(chart.title, chart.y_label, legend_of(chart)) + svg +
         "</svg>\n</div>\n</figure>\n";
}

// ---- bars ----

namespace {

std::string legend_of(const BarChart& chart) {
  if (chart.series.size() < 2) return {};
  std::string html = "<ul class=\"legend\">\n";
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    html += fmt::format(
        "<li><svg aria-hidden=\"true\" viewBox=\"0 0 26 14\">"
        "<rect class=\"bar\" style=\"--c: var(--b{})\" x=\"6\" y=\"1\" width=\"14\" height=\"12\""
        "/></svg>{}</li>\n",
        i, escape(chart.series[i]));
  }
  return html + "</ul>\n";
}

std::string draw_row(const BarChart& chart, const BarChart::Row& row, const Scale& scale,
                     double y) {
  std::string svg;
  const double middle = y + bar_step * static_cast<double>(chart.series.size()) / 2;
  svg += text(name_end, middle + 3, "end", row.name, "name");
  for (std::size_t i = 0; i < chart.series.size(); ++i, y += bar_step) {
    const std::optional<double> value = i < row.values.size() ? row.values[i] : std::nullopt;
    if (!value) {
      svg += text(bar_begin + 4, y + bar_height - 1, "start", chart.absent);
      continue;
    }
    const double end = scale.has(*value) ? scale.place(*value) : bar_begin;
    svg += fmt::format(
        "<rect class=\"bar\" style=\"--c: var(--b{})\" x=\"{:.1f}\" y=\"{:.1f}\" "
        "width=\"{:.1f}\" height=\"{}\" rx=\"2\"><title>{}</title></rect>\n",
        i, bar_begin, y, end - bar_begin, bar_height,
        escape(
            fmt::format("{}, {}: {} {}", row.name, chart.series[i], figure(*value), chart.unit)));
    svg += text(end + 5, y + bar_height - 1, "start", figure(*value), "value");
  }
  return svg;
}

}  // namespace

std::string draw(const BarChart& chart) {
  std::vector<double> numbers;
  for (const BarChart::Row& row : chart.rows) {
    for (const auto& value : row.values) numbers.push_back(value.value_or(0));
  }
  // On a logarithmic scale the shortest bar is to be seen, too.
  if (chart.scale == ScaleKind::logarithmic) {
    double least = 0;
    for (const double number : numbers) {
      if (number > 0 && (least == 0 || number < least)) least = number;
    }
    numbers.push_back(least / 3);
  }
  const double row_height = bar_step * static_cast<double>(chart.series.size()) + row_gap;
  const double bottom = top + row_height * static_cast<double>(chart.rows.size());
  const Scale scale(chart.scale, numbers, bar_begin, bar_end);
  const bool is_logarithmic = chart.scale == ScaleKind::logarithmic;
  std::string svg = begin_svg(chart.title, chart.description, bottom + below);
  svg += vertical_marks(scale, bottom);
  double y = top + row_gap / 2;
  for (const BarChart::Row& row : chart.rows) {
    svg += draw_row(chart, row, scale, y);
    y += row_height;
  }
  svg += stroke("axis", bar_begin, top, bar_begin, bottom);
  svg += text((bar_begin + bar_end) / 2, bottom + below - 6, "middle",
              chart.unit + (is_logarithmic ? " (logarithmic)" : ""));
  return begin_figure(chart.title, {}, legend_of(chart)) + svg + "</svg>\n</div>\n</figure>\n";
}

}  // namespace coachwhip::lab
