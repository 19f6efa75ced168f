#include "lab/drawing.hpp"

#include <algorithm>
#include <cmath>

#include "lab/page.hpp"
#include "lab/svg.hpp"
#include "lab/trace_report.hpp"

namespace coachwhip::lab {
namespace {

constexpr double width = 1200;
constexpr double left = 158;  // of the plot: before it stand the names
constexpr double right = width - 62;
constexpr double client_row = 14;
constexpr double bar_height = 14;
constexpr double life_row = 10;
constexpr double told_row = 12;
constexpr double lane_gap = 10;
constexpr double lane_min = 28;  // two lines of a name
constexpr double axis_height = 22;
constexpr double alone_label_min = 130;
constexpr double asleep_label_min = 100;
constexpr double mark_min = 1.6;  // what is shorter is still seen
constexpr Milliseconds told_wait_min{45};

std::string colour(unsigned client) {
  return client == 0 ? "" : " client" + std::to_string(client);
}

std::string duration_text(Milliseconds time) {
  return (time.count() < 10 ? svg_number(time.count())
                            : std::to_string(std::llround(time.count()))) +
         " ms";
}

bool is_front(const Lane& lane) { return !lane.lives.empty() || lane.only_serves(); }

std::string span_hint(const Span& span) {
  std::string hint(name(span.deed));
  if (span.client != 0) hint += " (client " + std::to_string(span.client) + ")";
  return hint + ": " + span.what + "; " + duration_text(span.ended - span.began) + " from " +
         duration_text(span.began);
}

class Drawing {
 public:
  Drawing(const ModelTrace& trace, Milliseconds total) : trace_(trace), total_(total) {}

  std::string draw();

 private:
  double x(Milliseconds time) const { return left + (right - left) * (time / total_); }
  Box between(Milliseconds began, Milliseconds ended, double y, double height) const {
    return {x(began), y, std::max(mark_min, x(ended) - x(began)), height};
  }

  void client(const ClientView& view, double y);
  double lane(const Lane& lane, double y);
  void bar(const Lane& lane, double y);
  void wait(const Lane& lane, const Span& span, double y);
  bool told_for_whom(const Lane& lane, double y);
  double lives(const Lane& lane, double y);
  void life(const Life& life, double y, bool has_number);
  void axis(double height);

  const ModelTrace& trace_;
  Milliseconds total_;
  Svg grid_;
  Svg svg_;
};

void Drawing::client(const ClientView& view, double y) {
  const std::string client = colour(view.number);
  const double middle = y + client_row / 2;
  svg_.text(left - 8, middle + 3.5, "name end", client_name(view));
  svg_.line(x(trace_.at(view.began)), middle, x(trace_.at(view.ended)), middle, "thread" + client);
  for (const Ask& ask : view.asks) {
    const Milliseconds began = trace_.at(ask.began);
    const Milliseconds sent = ask.sent == TimePoint{} ? trace_.at(view.ended) : trace_.at(ask.sent);
    const Milliseconds answered = trace_.at(ask.answered.value_or(view.ended));
    if (sent - began > Milliseconds(2)) {
      svg_.box(between(began, sent, middle - 2, 4), "sending" + client,
               "sends its request for " + duration_text(sent - began));
    }
    svg_.box(between(sent, answered, middle - 4.5, 9), "asked" + client,
             "waits " + duration_text(answered - sent) + " for " + ask.target);
  }
  const Milliseconds wait = view.longest_wait();
  const std::string told = view.failure.empty() ? duration_text(wait) : "unanswered";
  if (wait < told_wait_min && view.failure.empty()) return;
  svg_.text(x(trace_.at(view.ended)) + 6, middle + 3.5, "told", told);
}

double Drawing::lane(const Lane& lane, double y) {
  svg_.begin_group("lane", "data-name=\"" + escape(lane.name) + "\"");
  svg_.text(left - 8, y + 11, "name end strong", lane.name);
  std::string ids = "pid " + std::to_string(lane.process);
  if (lane.thread != lane.process) ids += ", tid " + std::to_string(lane.thread);
  svg_.text(left - 8, y + 24, "small end", ids);
  bar(lane, y);
  double end = lives(lane, y + bar_height + 2);
  if (told_for_whom(lane, end)) end += told_row;
  svg_.end_group();
  return std::max(y + lane_min, end) + lane_gap;
}

void Drawing::bar(const Lane& lane, double y) {
  svg_.box(between(lane.began, lane.ended, y, bar_height), "rest");
  for (const Span& span : lane.spans) {
    if (span.deed == Deed::handle) {
      svg_.box(between(span.began, span.ended, y, bar_height), "work" + colour(span.client),
               span_hint(span));
    }
  }
  for (const Span& span : lane.spans) {
    if (span.deed == Deed::wait) wait(lane, span, y);
  }
  for (const Span& span : lane.spans) {
    if (span.deed == Deed::wait || span.deed == Deed::handle) continue;
    svg_.box(between(span.began, span.ended, y, bar_height), "work" + colour(span.client),
             span_hint(span));
  }
}

void Drawing::wait(const Lane& lane, const Span& span, double y) {
  const double length = x(span.ended) - x(span.began);
  if (length < 0.6) return;
  const Box place{x(span.began), y, length, bar_height};
  if (span.is_spinning()) {
    svg_.box(place, "spin", span_hint(span));
    return;
  }
  const bool is_worker = !is_front(lane) && span.client != 0;
  if (span.client != 0) svg_.box(place, (is_worker ? "asleep" : "held") + colour(span.client));
  svg_.box(place, span.client != 0 ? "hatch over" : "hatch", span_hint(span));
  if (is_worker && length > asleep_label_min) {
    svg_.text(x(span.began), y + bar_height + 11, "told",
              "asleep in the handler, " + duration_text(span.ended - span.began));
  }
}

// For whom alone it waits, where that is long enough to be told.
bool Drawing::told_for_whom(const Lane& lane, double y) {
  bool told = false;
  const auto waits = [](const Span& span) { return span.deed == Deed::wait && span.client != 0; };
  auto first = std::ranges::find_if(lane.spans, waits);
  while (first != lane.spans.end()) {
    const unsigned client = first->client;
    const auto next = std::find_if(first, lane.spans.end(),
                                   [&](const Span& span) { return span.client != client; });
    const Milliseconds ended = std::prev(next)->ended;
    if (is_front(lane) && x(ended) - x(first->began) >= alone_label_min) {
      svg_.text((x(first->began) + x(ended)) / 2, y + 9, "told middle",
                "waits for client " + std::to_string(client) + " alone");
      told = true;
    }
    first = std::find_if(next, lane.spans.end(), waits);
  }
  return told;
}

// In one row if there never are two at a time, else in a row each. Returns where they end.
double Drawing::lives(const Lane& lane, double y) {
  const auto overlap = [](const Life& one, const Life& next) { return one.ended > next.began; };
  const bool in_one_row = std::ranges::adjacent_find(lane.lives, overlap) == lane.lives.end();
  double end = y;
  for (const Life& one : lane.lives) {
    life(one, in_one_row ? y : end, !in_one_row);
    end = in_one_row ? std::max(end, y + life_row) : end + life_row;
  }
  return end;
}

void Drawing::life(const Life& life, double y, bool has_number) {
  const std::string client = colour(life.client);
  const double middle = y + life_row / 2;
  svg_.begin_group("life");
  svg_.line(x(life.began), middle, x(life.ended), middle, "thread" + client);
  for (const Interval& request : life.requests) {
    svg_.box(between(request.began, request.ended, middle - 1.5, 3), "work" + client,
             "client " + std::to_string(life.client) + ": from the first byte read to the last " +
                 "written, " + duration_text(request.ended - request.began));
  }
  for (const Milliseconds read : life.reads) {
    svg_.line(x(read), middle - 4.5, x(read), middle, "tick" + client);
  }
  for (const Milliseconds written : life.writes) {
    svg_.line(x(written), middle, x(written), middle + 4.5, "tick" + client);
  }
  svg_.circle(x(life.began), middle, 2.6, "accept" + client);
  svg_.line(x(life.ended), middle - 3, x(life.ended), middle + 3, "close" + client);
  if (has_number) svg_.text(x(life.ended) + 5, middle + 3, "tiny", std::to_string(life.client));
  svg_.end_group();
}

void Drawing::axis(double height) {
  double step = std::pow(10, std::floor(std::log10(total_.count())));
  while (total_.count() / step < 6) step /= 2;
  for (double time = 0; time <= total_.count(); time += step) {
    const double place = x(Milliseconds(time));
    grid_.line(place, 0, place, height, "grid");
    svg_.text(place, height + 14, "small middle", duration_text(Milliseconds(time)));
  }
}

std::string Drawing::draw() {
  double y = 6;
  for (const ClientView& view : trace_.scene.clients) {
    client(view, y);
    y += client_row;
  }
  y += 6;
  grid_.line(0, y, width, y, "border");
  y += 10;
  for (const Lane& one : trace_.story.lanes) y = lane(one, y);
  if (const std::string idle = idle_text(trace_.story); !idle.empty()) {
    svg_.text(left - 8, y + 8, "small end", "…");
    svg_.text(left, y + 8, "small", idle);
    y += 16;
  }
  axis(y);
  const std::string id = "trace-" + trace_.model;
  return "<svg class=\"timeline\" role=\"img\" viewBox=\"0 0 " + svg_number(width) + " " +
         svg_number(y + axis_height) + "\" aria-labelledby=\"" + id + "-title " + id + "-desc\">" +
         "<title id=\"" + id + "-title\">" + trace_.model +
         ": eight clients and the threads of the server</title><desc id=\"" + id + "-desc\">" +
         escape(summary_text(trace_)) + "</desc>\n" + grid_.markup() + svg_.markup() + "</svg>\n";
}

}  // namespace

std::string draw_trace(const ModelTrace& trace, Milliseconds total) {
  return Drawing(trace, total).draw();
}

}  // namespace coachwhip::lab
