#include "lab/timeline.hpp"

#include <algorithm>
#include <cmath>

#include "lab/drawing.hpp"
#include "lab/legend.hpp"
#include "lab/page.hpp"
#include "lab/trace_report.hpp"

namespace coachwhip::lab {
namespace {

// In the markup, not in the head: of all that is on a page only pictures may have their own style.
constexpr std::string_view style = R"css(
:root { --rest: #f0efeb; --hatch: #aeb4bb; --spin: #c0392b;
  --client1: #2563c9; --client2: #d1440c; --client3: #0a8560; --client4: #8b3fc4;
  --client5: #a06f00; --client6: #0b84a3; --client7: #c2347f; --client8: #7a4a21 }
@media (prefers-color-scheme: dark) {
  :root { --rest: #232930; --hatch: #596470; --spin: #ff6b5e;
    --client1: #6fa8ff; --client2: #ff7a45; --client3: #3ecf9f; --client4: #c08bff;
    --client5: #e3b530; --client6: #45c5e8; --client7: #ff7ab8; --client8: #cfa27a } }
h2 + p::first-letter { text-transform: uppercase }
.facts { color: var(--soft); font-size: .9rem }
.chart svg.timeline { min-width: 56rem }
.timeline text { fill: var(--ink); font-size: 11px }
.timeline .strong { font-weight: 600 } .timeline .end { text-anchor: end }
.timeline .middle { text-anchor: middle } .timeline .told { font-size: 10px }
.timeline .tiny { font-size: 9px }
.timeline .small { fill: var(--soft); font-size: 10px }
.border { stroke: var(--line) } .rest { fill: var(--rest) }
.hatch { fill: url(#hatch) } .over { opacity: .75 } .spin { fill: url(#spin) }
.thread { stroke: var(--c); stroke-width: 1.3 } .tick { stroke: var(--c); stroke-width: 1.2 }
.work, .asked { fill: var(--c) } .sending { fill: var(--c); opacity: .45 }
.held { fill: var(--c); opacity: .32 } .asleep { fill: var(--c); opacity: .6 }
.accept { fill: var(--card); stroke: var(--c); stroke-width: 1.3 }
.close { stroke: var(--c); stroke-width: 1.8 }
)css";

constexpr std::string_view patterns = R"svg(<defs>
<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse"
 patternTransform="rotate(45)"><rect width="1.3" height="5" fill="var(--hatch)"/></pattern>
<pattern id="spin" width="4" height="4" patternUnits="userSpaceOnUse"
 patternTransform="rotate(-45)"><rect width="2" height="4" fill="var(--spin)"/></pattern>
</defs>
)svg";

constexpr std::string_view title = "Eight clients, and what the server does";
constexpr std::string_view lead =
    "The same eight clients visit each server: client 2 sends its request byte by byte, the "
    "handler "
    "of client 4 sleeps 300 ms, the others ask for two pages and stay for a moment. What is drawn "
    "is "
    "what the kernel was asked, recorded from outside; all pictures have one time scale.";

std::string colours() {
  std::string rules;
  for (std::size_t i = 1; i <= client_count; ++i) {
    const std::string number = std::to_string(i);
    rules += ".client" + number + " { --c: var(--client" + number + ") }\n";
  }
  return rules;
}

std::string rounded(Milliseconds time) { return std::to_string(std::llround(time.count())); }

std::string facts(const ModelTrace& trace) {
  const auto& longest = std::ranges::max(trace.scene.clients, {}, &ClientView::longest_wait);
  const Unread unread = longest_unread(trace);
  std::string text = "Longest wait: " + rounded(longest.longest_wait()) + " ms, " +
                     client_name(longest) + ". ";
  if (unread.client != 0) {
    text += "Longest that a request lay unread: " + rounded(unread.longest) + " ms, client " +
            std::to_string(unread.client) + ". ";
  }
  return text + std::to_string(trace.calls) + " system calls in " + rounded(trace.duration()) +
         " ms.";
}

// What to see in the picture: not by the model's name but by what its threads did.
std::string_view lesson(const ModelTrace& trace) {
  const auto& lanes = trace.story.lanes;
  const auto spins = [](const Lane& lane) {
    return std::ranges::any_of(lane.spans, &Span::is_spinning);
  };
  if (std::ranges::any_of(lanes, &Lane::only_serves)) {
    return "One thread waits for all connections and hands over those that have something to say. "
           "Another waits for a client only between a request’s first byte and its answer: the "
           "slow "
           "client and the handler that sleeps hold a thread each, an idle connection holds none.";
  }
  if (std::ranges::count_if(lanes, &Lane::waits_for_one) == 1) {
    return "The only thread waits for one client alone, while the requests of the others lie "
           "unread "
           "in the kernel’s queue: a slow client, a handler that sleeps, even a connection that "
           "wants nothing for the moment stalls everybody.";
  }
  if (std::ranges::any_of(lanes, &Lane::waits_for_one)) {
    return "Whoever connects has a server to himself, which waits for that client alone: the slow "
           "one and the handler that sleeps hold up only their own.";
  }
  if (std::ranges::any_of(lanes, spins)) {
    return "The loop never waits: it asks for each connection again and again, nearly always in "
           "vain, and serves whoever is ready in the same turn. Nobody stalls, no core is free.";
  }
  return "A loop waits for all of its connections at once and does in turn what is ready: between "
         "the bytes of the slow client, and while a handler sleeps in its worker, it serves "
         "others.";
}

}  // namespace

std::string timeline_page(std::span<const ModelTrace> traces) {
  Milliseconds total{1};
  for (const ModelTrace& trace : traces) total = std::max(total, trace.duration());
  std::string body =
      "<svg width=\"0\" height=\"0\" aria-hidden=\"true\" "
      "style=\"position: absolute\"><style>";
  body.append(style).append(colours()).append("</style>").append(patterns).append("</svg>\n");
  body += timeline_legend();
  for (const ModelTrace& trace : traces) {
    body += "<section>\n<h2>" + escape(trace.model) + "</h2>\n<p>" + escape(trace.summary) + ". " +
            std::string(lesson(trace)) + "</p>\n<p class=\"facts\">" + escape(facts(trace)) +
            "</p>\n<figure><div class=\"chart\" tabindex=\"0\" " +
            "role=\"region\" aria-label=\"timeline of " + escape(trace.model) + "\">" +
            draw_trace(trace, total) + "</div></figure>\n</section>\n";
  }
  return page(title, lead, body);
}

}  // namespace coachwhip::lab
