#include "lab/report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lab/catalogue.hpp"
#include "lab/chart.hpp"
#include "lab/figure.hpp"
#include "lab/findings.hpp"
#include "lab/page.hpp"
#include "lab/summary.hpp"

namespace coachwhip::lab {
namespace {

constexpr int schema = 1;
constexpr std::size_t colours = 12;

std::string cell(std::string_view tag, std::string_view kind, std::string_view content) {
  return fmt::format("<{} class=\"{}\">{}</{}>", tag, kind, content, tag);
}

std::string table(const std::string& head, const std::string& rows) {
  return "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>" + head +
         "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table></div>\n";
}

// ---- what an experiment draws ----

std::string tip(const Comparison& comparison, const Experiment& experiment, const Drawing& drawing,
                const std::string& model, double x, double y) {
  std::string text = fmt::format("{}, {} {}: {} {}", model, figure(x), experiment.axis, figure(y),
                                 drawing.unit);
  const auto served = comparison.find(experiment.id, model, x, "served");
  const auto clients = comparison.find(experiment.id, model, x, "clients");
  if (served && clients && *served < *clients) {
    text += fmt::format("; {} clients served", part_of(*served, *clients));
  }
  return text;
}

std::string draw_lines(const Comparison& comparison, const Experiment& experiment,
                       const Drawing& drawing) {
  const std::vector<double> xs = comparison.variants(experiment.id);
  LineChart chart{.title = std::string(drawing.title),
                  .description = fmt::format("{} of each model over {}; the numbers are in the "
                                             "table below.",
                                             drawing.title, experiment.axis),
                  .x_label = std::string(experiment.axis),
                  .y_label = std::string(drawing.unit),
                  .y_scale = drawing.scale};
  // Zero has no place on a logarithmic axis.
  if (!xs.empty() && xs.front() == 0) chart.x_scale = ScaleKind::linear;
  for (const ModelFacts& facts : comparison.models) {
    const std::string& model = facts.name;
    Line line{.name = model, .colour = facts.number % colours};
    for (const double x : xs) {
      const auto y = comparison.find(experiment.id, model, x, std::string(drawing.value));
      if (y) line.points.push_back({x, *y, tip(comparison, experiment, drawing, model, x, *y)});
    }
    if (!line.points.empty()) chart.lines.push_back(std::move(line));
  }
  return draw(chart);
}

std::string_view experiment_of(const Series& series, const Experiment& experiment) {
  return series.experiment.empty() ? experiment.id : series.experiment;
}

std::string draw_bars(const Comparison& comparison, const Experiment& experiment,
                      const Drawing& drawing) {
  BarChart chart{
      .title = std::string(drawing.title),
      .description = fmt::format("{} of each model, in {}.", drawing.title, drawing.unit),
      .unit = std::string(drawing.unit),
      .scale = drawing.scale,
      .absent = std::string(drawing.absent)};
  std::vector<const Series*> shown;
  for (const Series& series : drawing.series) {
    const std::vector<double> xs = comparison.variants(experiment_of(series, experiment));
    if (std::ranges::find(xs, series.x) == xs.end()) continue;
    shown.push_back(&series);
    chart.series.emplace_back(series.label);
  }
  for (const ModelFacts& model : comparison.models) {
    BarChart::Row row{.name = model.name};
    for (const Series* series : shown) {
      row.values.push_back(comparison.find(experiment_of(*series, experiment), model.name,
                                           series->x, std::string(series->value)));
    }
    chart.rows.push_back(std::move(row));
  }
  return shown.empty() ? "" : draw(chart);
}

std::string served_table(const Comparison& comparison, const Experiment& experiment,
                         const Drawing& drawing) {
  const std::vector<double> xs = comparison.variants(experiment.id);
  std::string head = "<th scope=\"col\">model</th>";
  for (const double x : xs) head += cell("th", "n", "of " + figure(x));
  std::string rows;
  for (const ModelFacts& model : comparison.models) {
    rows += "<tr><th scope=\"row\">" + escape(model.name) + "</th>";
    for (const double x : xs) {
      const auto served = comparison.find(experiment.id, model.name, x, "served");
      const bool is_short = served && *served < x;
      rows += cell("td", is_short ? "n lack" : "n",
                   !served    ? "–"
                   : is_short ? whole(*served)
                              : "all");
    }
    rows += "</tr>\n";
  }
  return "<h3>" + escape(drawing.title) + "</h3>\n" + table(head, rows);
}

// The numbers behind the lines.
std::string value_table(const Comparison& comparison, const Experiment& experiment,
                        const Drawing& drawing) {
  const std::vector<double> xs = comparison.variants(experiment.id);
  std::string head = "<th scope=\"col\">model</th>";
  for (const double x : xs) head += cell("th", "n", figure(x));
  std::string rows;
  for (const ModelFacts& model : comparison.models) {
    rows += "<tr><th scope=\"row\">" + escape(model.name) + "</th>";
    for (const double x : xs) {
      rows += cell(
          "td", "n",
          figure(comparison.find(experiment.id, model.name, x, std::string(drawing.value))));
    }
    rows += "</tr>\n";
  }
  return fmt::format("<h3>{}, {}</h3>\n", escape(drawing.title), escape(drawing.unit)) +
         table(head, rows);
}

// System calls by name, the most frequent first.
std::string calls_table(const Comparison& comparison) {
  constexpr std::string_view prefix = "call.";
  std::map<std::string, double> most;
  for (const Sample& sample : comparison.samples) {
    if (sample.experiment != "calls" || sample.x != 0) continue;
    for (const auto& [name, number] : sample.values) {
      if (name.starts_with(prefix)) most[name] = std::max(most[name], number);
    }
  }
  std::vector<std::pair<double, std::string>> order;
  order.reserve(most.size());
  for (const auto& [name, number] : most) order.emplace_back(-number, name);
  std::ranges::sort(order);
  std::string head = "<th scope=\"col\">model</th>";
  for (const auto& [_, name] : order) head += cell("th", "n", escape(name.substr(prefix.size())));
  std::string rows;
  for (const ModelFacts& model : comparison.models) {
    rows += "<tr><th scope=\"row\">" + escape(model.name) + "</th>";
    for (const auto& [_, name] : order) {
      const auto number = comparison.find("calls", model.name, 0, name);
      rows += cell("td", "n", number ? figure(*number) : "");
    }
    rows += "</tr>\n";
  }
  return "<h3>By name, for a request of a connection that is kept</h3>\n" + table(head, rows);
}

std::string section(const Comparison& comparison, const Experiment& experiment) {
  if (comparison.variants(experiment.id).empty()) return {};
  std::string charts;
  std::string tables;
  std::string details;
  for (const Drawing& drawing : experiment.drawings) {
    if (drawing.kind == DrawingKind::served) {
      tables += served_table(comparison, experiment, drawing);
    } else if (drawing.kind == DrawingKind::bars) {
      charts += draw_bars(comparison, experiment, drawing);
    } else {
      charts += draw_lines(comparison, experiment, drawing);
      details += value_table(comparison, experiment, drawing);
    }
  }
  if (experiment.id == "calls") tables += calls_table(comparison);
  if (!details.empty()) {
    details = "<details>\n<summary>The numbers</summary>\n" + details + "</details>\n";
  }
  return fmt::format(
             "<section id=\"{}\">\n<h2>{}</h2>\n<p>{}</p>\n<div class=\"pair\">\n{}</div>\n",
             experiment.id, escape(experiment.title), escape(experiment.text), charts) +
         tables + details + "</section>\n";
}

// ---- what stands around them ----

std::string list(std::string_view kind, const std::vector<std::string>& lines) {
  std::string html = fmt::format("<ul class=\"{}\">\n", kind);
  for (const std::string& line : lines) html += "<li>" + escape(line) + "</li>\n";
  return html + "</ul>\n";
}

std::string contents(const Comparison& comparison, const std::vector<Experiment>& experiments) {
  std::string html = "<nav aria-label=\"Experiments\">\n";
  for (const Experiment& experiment : experiments) {
    if (comparison.variants(experiment.id).empty()) continue;
    html += fmt::format("<a href=\"#{}\">{}</a>\n", experiment.id, escape(experiment.title));
  }
  return html + "</nav>\n";
}

std::string overview(const Comparison& comparison) {
  const Summary summary = summarise(comparison);
  std::string head;
  for (std::size_t i = 0; i < summary.heads.size(); ++i) {
    std::string name = summary.heads[i];
    if (const std::size_t newline = name.find('\n'); newline != std::string::npos) {
      name.replace(newline, 1, "<br>");
    }
    head += cell("th", i == 0 ? "" : "n", name);
  }
  std::string rows;
  for (const auto& row : summary.rows) {
    rows += "<tr><th scope=\"row\">" + escape(row.front()) + "</th>";
    for (std::size_t i = 1; i < row.size(); ++i) rows += cell("td", "n", escape(row[i]));
    rows += "</tr>\n";
  }
  return "<section id=\"overview\">\n<h2>At a glance</h2>\n" + table(head, rows) +
         list("findings", findings(comparison)) + "</section>\n";
}

std::string facts(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string html = "<dl>\n";
  for (const auto& [name, value] : pairs) {
    html += "<dt>" + escape(name) + "</dt><dd>" + escape(value) + "</dd>\n";
  }
  return html + "</dl>\n";
}

std::string appendix(const Comparison& comparison) {
  std::string html = "<section id=\"models\">\n<h2>The models</h2>\n";
  std::string rows;
  for (const ModelFacts& model : comparison.models) {
    rows += "<tr><th scope=\"row\">" + escape(model.name) + "</th><td>" + escape(model.summary) +
            "</td><td>" + escape(model.breaks) + "</td><td>" + escape(model.known_from) +
            "</td></tr>\n";
  }
  html += table("<th>model</th><th>what it does</th><th>where it breaks</th><th>known from</th>",
                rows);
  html += "</section>\n<section id=\"machine\">\n<h2>Where and how it was measured</h2>\n";
  html += facts(comparison.machine) + facts(comparison.settings);
  return html + "</section>\n";
}

}  // namespace

std::string report_html(const Comparison& comparison) {
  const std::vector<Experiment> experiments = catalogue();
  std::string body = contents(comparison, experiments);
  if (!comparison.notes.empty()) body += list("notes", comparison.notes);
  body += overview(comparison);
  for (const Experiment& experiment : experiments) body += section(comparison, experiment);
  body += appendix(comparison);
  return page("The models of coachwhip, compared",
              "The same server, the same pages, the same load; only the way differs in which it "
              "divides its attention between its connections.",
              body);
}

std::string report_json(const Comparison& comparison) {
  using nlohmann::ordered_json;
  ordered_json root{{"schema", schema}};
  for (const auto& [name, value] : comparison.machine) root["machine"][name] = value;
  for (const auto& [name, value] : comparison.settings) root["settings"][name] = value;
  root["models"] = ordered_json::array();
  for (const ModelFacts& model : comparison.models) {
    root["models"].push_back({{"name", model.name},
                              {"summary", model.summary},
                              {"breaks", model.breaks},
                              {"known_from", model.known_from},
                              {"refusal", model.refusal}});
  }
  std::vector<std::string> order;
  for (const Sample& sample : comparison.samples) {
    if (std::ranges::find(order, sample.experiment) == order.end())
      order.push_back(sample.experiment);
  }
  root["experiments"] = ordered_json::array();
  for (const std::string& id : order) {
    ordered_json experiment{{"id", id}};
    for (const Experiment& known : catalogue()) {
      if (known.id != id) continue;
      experiment["title"] = known.title;
      experiment["axis"] = known.axis;
    }
    experiment["samples"] = ordered_json::array();
    for (const Sample& sample : comparison.samples) {
      if (sample.experiment != id) continue;
      experiment["samples"].push_back(
          {{"model", sample.model}, {"x", sample.x}, {"values", sample.values}});
    }
    root["experiments"].push_back(std::move(experiment));
  }
  root["findings"] = findings(comparison);
  root["notes"] = comparison.notes;
  root["interrupted"] = comparison.is_interrupted;
  return root.dump(2) + "\n";
}

}  // namespace coachwhip::lab
