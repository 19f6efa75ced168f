#include "lab/legend.hpp"

#include <array>
#include <span>

#include "lab/svg.hpp"

namespace coachwhip::lab {
namespace {

constexpr double width = 28;
constexpr double height = 17;
constexpr double middle = height / 2;
constexpr Box bar{0, 2, width, 13};

// With an example, of a client that has the nature.
struct Meaning {
  std::string_view text;
  void (*draw)(Svg& svg);
};

void draw_thread(Svg& svg, double from, double to) {
  svg.line(from, middle, to, middle, "thread client1");
}

constexpr std::array of_clients{
    Meaning{"connected, wants nothing", [](Svg& svg) { draw_thread(svg, 0, width); }},
    Meaning{"sends its request slowly",
            [](Svg& svg) { svg.box({0, middle - 2, width, 4}, "sending client2"); }},
    Meaning{"has asked and waits; the longest wait in ms",
            [](Svg& svg) { svg.box({0, middle - 4.5, width, 9}, "asked client1"); }}};

constexpr std::array of_the_server{
    Meaning{"works for this client", [](Svg& svg) { svg.box(bar, "work client1"); }},
    Meaning{"waits for whoever comes",
            [](Svg& svg) {
              svg.box(bar, "rest");
              svg.box(bar, "hatch");
            }},
    Meaning{"waits for this client alone",
            [](Svg& svg) {
              svg.box(bar, "held client2");
              svg.box(bar, "hatch over");
            }},
    Meaning{"asleep in the application",
            [](Svg& svg) {
              svg.box(bar, "asleep client4");
              svg.box(bar, "hatch over");
            }},
    Meaning{"asks again and again, in vain", [](Svg& svg) { svg.box(bar, "spin"); }},
    Meaning{"accept",
            [](Svg& svg) {
              draw_thread(svg, width / 2, width);
              svg.circle(width / 2, middle, 2.6, "accept client1");
            }},
    Meaning{"read",
            [](Svg& svg) {
              draw_thread(svg, 0, width);
              svg.line(width / 2, middle - 4.5, width / 2, middle, "tick client1");
            }},
    Meaning{"write",
            [](Svg& svg) {
              draw_thread(svg, 0, width);
              svg.line(width / 2, middle, width / 2, middle + 4.5, "tick client1");
            }},
    Meaning{"close",
            [](Svg& svg) {
              draw_thread(svg, 0, width / 2);
              svg.line(width / 2, middle - 3, width / 2, middle + 3, "close client1");
            }},
    Meaning{"holds the connection", [](Svg& svg) { draw_thread(svg, 0, width); }},
    Meaning{"its request is under way",
            [](Svg& svg) { svg.box({0, middle - 1.5, width, 3}, "work client1"); }}};

std::string list(std::string_view about, std::span<const Meaning> meanings) {
  std::string items = "<ul class=\"legend\"><li><b>" + std::string(about) + "</b></li>";
  for (const Meaning& meaning : meanings) {
    Svg symbol;
    meaning.draw(symbol);
    items += "<li><svg viewBox=\"0 0 " + svg_number(width) + " " + svg_number(height) +
             "\" aria-hidden=\"true\">" + symbol.markup() + "</svg>" + std::string(meaning.text) +
             "</li>";
  }
  return items + "</ul>\n";
}

}  // namespace

std::string timeline_legend() {
  return list("Clients", of_clients) + list("Server", of_the_server);
}

}  // namespace coachwhip::lab
