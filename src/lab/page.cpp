#include "lab/page.hpp"

#include <fmt/format.h>

namespace coachwhip::lab {
namespace {

constexpr std::string_view style = R"css(
:root {
  color-scheme: light dark;
  --paper: #fdfcf9; --card: #fff; --ink: #1d2126; --soft: #535b64; --line: #dcdad4; --grid: #ebe9e4;
  --accent: #0b5f73; --tint: #e3f1ef; --warn: #9a3412;
  --m0: #5b6470; --m1: #b45309; --m2: #dc2626; --m3: #be185d; --m4: #9333ea; --m5: #4f46e5;
  --m6: #0369a1; --m7: #0f766e; --m8: #15803d; --m9: #65780b; --m10: #7c4a21; --m11: #111827;
  --b0: #0b7285; --b1: #d97706; --b2: #7c5cbf; --b3: #5f7d1f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1b1f25; --ink: #e9eaec; --soft: #a8b0ba; --line: #343b44;
    --grid: #2a3038; --accent: #6fd0e0; --tint: #17343a; --warn: #fdba74;
    --m0: #a6b0bd; --m1: #f59e0b; --m2: #ff6b6b; --m3: #f472b6; --m4: #c084fc; --m5: #8b93ff;
    --m6: #4cc2ff; --m7: #2dd4bf; --m8: #4ade80; --m9: #c6dc4b; --m10: #d6a376; --m11: #ffffff;
    --b0: #35b6cc; --b1: #f0a63a; --b2: #b197fc; --b3: #a3c94a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 76rem; padding: 2rem 1rem 4rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.55 system-ui, sans-serif;
}
h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.15; margin: 0 0 .4rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { max-width: 46rem; margin: 0 0 .8rem; }
.lead { font-size: 1.1rem; color: var(--soft); }
a { color: var(--accent); }
nav { margin: 1rem 0 0; display: flex; flex-wrap: wrap; gap: .3rem 1rem; }
section { margin-top: 2.6rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }
.pair {
  display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr));
}
figure {
  margin: .4rem 0 0; padding: .9rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; min-width: 0; break-inside: avoid;
}
figcaption { font-weight: 600; }
figcaption small { display: block; font-weight: 400; color: var(--soft); font-size: .85rem; }
.chart { overflow-x: auto; }
.chart svg { display: block; width: 100%; min-width: 30rem; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
svg text.name, svg text.value { fill: var(--ink); }
svg .grid { stroke: var(--grid); }
svg .axis { stroke: var(--soft); }
.legend {
  list-style: none; display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: .3rem 0 .4rem;
  padding: 0; font-size: .85rem;
}
.legend li { display: flex; align-items: center; gap: .35rem; border-radius: .3rem; }
.legend svg { width: 26px; height: 14px; flex: none; }
.s path { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
.s .dot { fill: var(--c); stroke: var(--card); stroke-width: 1; }
.bar { fill: var(--c); }
.wide { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
h3 { margin-top: 1rem; }
td.best { background: var(--tint); font-weight: 600; }
td.lack { color: var(--warn); }
.findings { columns: 2 26rem; column-gap: 2.5rem; padding-left: 1.2rem; margin-top: 1rem; }
.findings li { margin-bottom: .35rem; break-inside: avoid; }
.notes li { color: var(--warn); }
details { margin-top: .6rem; }
summary { cursor: pointer; color: var(--accent); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
@media print {
  body { max-width: none; padding: 0; background: #fff; }
  .chart, .wide { overflow: visible; }
  .chart svg { min-width: 0; }
}
)css";

// A legend's entry, pointed at, brings its line to the front.
std::string highlights(std::size_t count) {
  std::string css;
  for (std::size_t i = 0; i < count; ++i) {
    css += fmt::format(
        ".c{0} {{ --c: var(--m{0}); }}\n"
        "figure:has(li.c{0}:hover) .s:not(.c{0}) {{ opacity: .12; }}\n",
        i);
  }
  return css;
}

constexpr std::size_t colours = 12;

}  // namespace

std::string page(std::string_view title, std::string_view lead, std::string_view body) {
  std::string html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  // Or a browser asks the server of the folder for one.
  html += "<link rel=\"icon\" href=\"data:,\">\n";
  html += "<title>" + escape(title) + "</title>\n<style>";
  html.append(style).append(highlights(colours)).append("</style>\n</head>\n<body>\n<header>\n");
  html += "<h1>" + escape(title) + "</h1>\n<p class=\"lead\">" + escape(lead) + "</p>\n";
  return html.append("</header>\n").append(body).append("</body>\n</html>\n");
}

}  // namespace coachwhip::lab
