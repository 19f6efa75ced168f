#include "lab/chart.hpp"

#include <gtest/gtest.h>

namespace coachwhip::lab {
namespace {

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

TEST(Chart, ALineHasItsPointsAndTheirTips) {
  const std::string svg = draw(LineChart{
      .title = "Speed & <time>",
      .description = "of all",
      .x_label = "connections",
      .y_label = "per second",
      .lines = {{.name = "serial", .colour = 0, .points = {{1, 10, "one"}, {100, 1000, "many"}}},
                {.name = "epoll", .colour = 7, .points = {{1, 20, "1"}, {100, 0, "none"}}}}});
  EXPECT_EQ(count(svg, "role=\"img\""), 1U);
  EXPECT_NE(svg.find("<title>Speed &amp; &lt;time&gt;</title>\n<desc>of all</desc>"),
            std::string::npos);
  EXPECT_EQ(count(svg, "<title>one</title>"), 1U);
  EXPECT_EQ(count(svg, "<title>none</title>"), 0U);  // zero is nowhere on a logarithmic axis
  EXPECT_NE(svg.find("serial</li>"), std::string::npos);
  EXPECT_NE(svg.find("stroke-dasharray"), std::string::npos);
}

TEST(Chart, BarsHaveNumbersOrSayWhyNot) {
  const std::string svg = draw(BarChart{.title = "Memory",
                                        .description = "of all",
                                        .unit = "KiB",
                                        .series = {"kept", "each"},
                                        .rows = {{.name = "serial", .values = {12.5, std::nullopt}},
                                                 {.name = "poll", .values = {0.0, 3.0}}},
                                        .absent = "nothing"});
  EXPECT_EQ(count(svg, "<rect class=\"bar\" style=\"--c: var(--b0)\""), 3U);  // one in the legend
  EXPECT_NE(svg.find(">12.5</text>"), std::string::npos);
  EXPECT_NE(svg.find(">nothing</text>"), std::string::npos);
  EXPECT_NE(svg.find(">0</text>"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(Chart, NothingToDraw) {
  EXPECT_EQ(draw(LineChart{.title = "t"}).find("nan"), std::string::npos);
  EXPECT_EQ(draw(BarChart{.title = "t", .series = {"a"}}).find("nan"), std::string::npos);
}

}  // namespace
}  // namespace coachwhip::lab
