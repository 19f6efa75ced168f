#include "lab/timeline.hpp"

#include <algorithm>
#include <array>

#include "lab/drawing.hpp"
#include "lab/svg.hpp"
#include "lab/trace_report.hpp"

namespace coachwhip::lab {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --surface: #fff; --text: #1d2229; --muted: #59636f;
  --border: #d5dae0; --grid: #eceff2; --rest: #f1f3f5; --hatch: #b4bcc6; --spin: #c0392b;
  --c1: #2563c9; --c2: #d1440c; --c3: #0a8560; --c4: #8b3fc4; --c5: #a06f00; --c6: #0b84a3;
  --c7: #c2347f; --c8: #7a4a21 }
@media (prefers-color-scheme: dark) {
  :root { --surface: #14181d; --text: #e6e9ed; --muted: #a3adb8; --border: #3a434d;
    --grid: #232a31; --rest: #1e242b; --hatch: #56616d; --spin: #ff6b5e;
    --c1: #6fa8ff; --c2: #ff7a45; --c3: #3ecf9f; --c4: #c08bff; --c5: #e3b530; --c6: #45c5e8;
    --c7: #ff7ab8; --c8: #cfa27a } }
body { margin: 0 auto; max-width: 1240px; padding: 24px 16px 48px; background: var(--surface);
  color: var(--text); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 0 .5rem }
h2 { font-size: 1.15rem; margin: 2.2rem 0 0 }
p { margin: .3rem 0; max-width: 80ch }
.facts { color: var(--muted); font-size: .9rem }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: .8rem 0;
  list-style: none; font-size: .82rem }
.legend li { display: flex; gap: 6px; align-items: center }
.symbol { width: 28px; height: 17px; flex: none }
.scroll { overflow-x: auto; margin-top: .6rem }
.scroll svg { display: block; min-width: 860px; width: 100%; height: auto }
)";

constexpr std::string_view picture_style = R"(
text { fill: var(--text); font: 11px system-ui, sans-serif }
.strong { font-weight: 600 } .end { text-anchor: end } .middle { text-anchor: middle }
.small { fill: var(--muted); font-size: 10px } .told { font-size: 10px }
.grid { stroke: var(--grid) } .border { stroke: var(--border) }
.rest { fill: var(--rest) } .hatch { fill: url(#hatch) } .over { opacity: .75 }
.hatch line { stroke: var(--hatch) } .spin { fill: url(#spin) }
.thread { stroke: var(--c); stroke-width: 1.3 } .tick { stroke: var(--c); stroke-width: 1.2 }
.work, .asked { fill: var(--c) } .sending { fill: var(--c); opacity: .45 }
.held { fill: var(--c); opacity: .32 } .asleep { fill: var(--c); opacity: .6 }
.accept { fill: var(--surface); stroke: var(--c); stroke-width: 1.3 }
.close { stroke: var(--c); stroke-width: 1.8 }
)";

constexpr std::string_view patterns = R"svg(<svg width="0" height="0" aria-hidden="true"
 style="position:absolute"><defs>
<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse"
 patternTransform="rotate(45)"><rect width="1.3" height="5" fill="var(--hatch)"/></pattern>
<pattern id="spin" width="4" height="4" patternUnits="userSpaceOnUse"
 patternTransform="rotate(-45)"><rect width="2" height="4" fill="var(--spin)"/></pattern>
</defs></svg>
)svg";

struct Meaning {
  std::string_view symbol;
  std::string_view text;
};

constexpr std::array client_meanings{
    Meaning{"open", "connected, wants nothing"}, Meaning{"sending", "sends its request slowly"},
    Meaning{"asked", "has asked and waits; the longest wait in ms"}};

constexpr std::array server_meanings{Meaning{"work", "works for this client"},
                                     Meaning{"rest", "waits for whoever comes"},
                                     Meaning{"held", "waits for this client alone"},
                                     Meaning{"asleep", "asleep in the application"},
                                     Meaning{"spin", "asks again and again, in vain"},
                                     Meaning{"accept", "accept"},
                                     Meaning{"read", "read"},
                                     Meaning{"write", "write"},
                                     Meaning{"close", "close"},
                                     Meaning{"open", "holds the connection"},
                                     Meaning{"under way", "its request is under way"}};

std::string colours() {
  std::string rules;
  for (std::size_t i = 1; i <= client_count; ++i) {
    const std::string number = std::to_string(i);
    rules += ".c" + number + " { --c: var(--c" + number + ") }\n";
  }
  return rules;
}

std::string legend(std::string_view title, std::span<const Meaning> meanings) {
  std::string list = "<ul class=\"legend\"><li><b>" + std::string(title) + "</b></li>";
  for (const Meaning& meaning : meanings) {
    list += "<li>" + draw_symbol(meaning.symbol) + std::string(meaning.text) + "</li>";
  }
  return list + "</ul>\n";
}

std::string rounded(Milliseconds time) { return std::to_string(std::llround(time.count())); }

std::string facts(const ModelTrace& trace) {
  const auto longest = std::ranges::max(trace.scene.clients, {}, &ClientView::longest_wait);
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

}  // namespace

std::string timeline_page(std::span<const ModelTrace> traces) {
  Milliseconds total{1};
  for (const ModelTrace& trace : traces) total = std::max(total, trace.duration());
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<title>Eight clients, and what the server does</title>\n<style>";
  page.append(style).append(picture_style).append(colours()).append("</style>\n").append(patterns);
  page +=
      "<h1>Eight clients, and what the server does</h1>\n"
      "<p>The same eight clients visit each server: client 2 sends its request byte by byte, "
      "the handler of client 4 sleeps 300 ms, the others ask for two pages and stay for a "
      "moment. What is drawn is what the kernel was asked, recorded from outside; all "
      "pictures have one time scale.</p>\n";
  page += legend("Clients", client_meanings) + legend("Server", server_meanings);
  for (const ModelTrace& trace : traces) {
    page += "<h2>" + trace.model + "</h2>\n<p>" + escape_markup(trace.summary) +
            "</p>\n<p class=\"facts\">" + escape_markup(facts(trace)) +
            "</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"timeline of " +
            trace.model + "\">" + draw_trace(trace, total) + "</div>\n";
  }
  return page + "</html>\n";
}

}  // namespace coachwhip::lab
