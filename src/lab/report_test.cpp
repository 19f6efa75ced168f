#include "lab/report.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lab/catalogue.hpp"
#include "lab/findings.hpp"
#include "lab/summary.hpp"

namespace coachwhip::lab {
namespace {

Sample asked(const std::string& model, double clients, double served, double rps) {
  return {"connections",
          model,
          clients,
          {{"rps", rps}, {"p99_ms", 1000 / rps}, {"clients", clients}, {"served", served}}};
}

// Made up: serial serves one, epoll-et all, uring is refused.
Comparison made_up() {
  return {
      .machine = {{"kernel", "Linux <6>"}},
      .settings = {{"rounds", "1"}},
      .models = {{"serial", "one & one", "early", "books"},
                 {"epoll-et", "many", "late", "nginx"},
                 {"uring", "rings", "old kernels", "few", 7, "refused by the kernel"}},
      .samples = {asked("serial", 64, 1, 20'000),
                  asked("epoll-et", 64, 64, 80'000),
                  asked("serial", 500, 1, 20'000),
                  asked("epoll-et", 500, 500, 70'000),
                  {"memory", "serial", 500, {{"rest_mib", 1.5}}},
                  {"memory", "epoll-et", 500, {{"rest_mib", 2}, {"connection_kib", 1.25}}},
                  {"calls", "serial", 0, {{"total", 3.2}, {"call.poll", 1.2}, {"call.read", 2}}}},
      .notes = {"wrk is not installed, so its column is left out."}};
}

TEST(Samples, OfSeveralRoundsTheMedianCounts) {
  const auto merged = medians({asked("serial", 1, 1, 10), asked("serial", 1, 1, 90),
                               asked("serial", 1, 1, 30), asked("poll", 1, 1, 5)});
  ASSERT_EQ(merged.size(), 2U);
  EXPECT_EQ(merged[0].values.at("rps"), 30);
  EXPECT_EQ(merged[0].values.at("rounds"), 3);
  EXPECT_EQ(merged[1].values.at("rps"), 5);
}

TEST(Report, JsonHasEveryNumber) {
  const auto json = nlohmann::json::parse(report_json(made_up()));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["machine"]["kernel"], "Linux <6>");
  EXPECT_EQ(json["models"].size(), 3U);
  EXPECT_EQ(json["models"][2]["refusal"], "refused by the kernel");
  EXPECT_EQ(json["interrupted"], false);
  std::size_t samples = 0;
  for (const auto& experiment : json["experiments"]) samples += experiment["samples"].size();
  EXPECT_EQ(samples, made_up().samples.size());
  EXPECT_EQ(json["experiments"][0]["id"], "connections");
  EXPECT_EQ(json["experiments"][0]["samples"][1]["values"]["rps"], 80'000);
}

TEST(Report, ThePageNeedsNothingElseAndEscapes) {
  const std::string html = report_html(made_up());
  EXPECT_TRUE(html.starts_with("<!doctype html>"));
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("http://"), std::string::npos);
  EXPECT_EQ(html.find("https://"), std::string::npos);
  EXPECT_NE(html.find("Linux &lt;6&gt;"), std::string::npos);
  EXPECT_NE(html.find("one &amp; one"), std::string::npos);
  EXPECT_NE(html.find("wrk is not installed"), std::string::npos);
  EXPECT_EQ(html.find(">nan<"), std::string::npos);
}

TEST(Report, WhatWasNotMeasuredHasNoSection) {
  const std::string html = report_html(made_up());
  EXPECT_NE(html.find("<section id=\"memory\">"), std::string::npos);
  EXPECT_EQ(html.find("<section id=\"sleep\">"), std::string::npos);
}

TEST(Report, OfNothingIsAPageToo) {
  EXPECT_NE(report_html({}).find("</html>"), std::string::npos);
  EXPECT_TRUE(nlohmann::json::accept(report_json({})));
}

TEST(Findings, TheFastestIsOneThatServesAll) {
  const auto sentences = findings(made_up());
  const auto has = [&](std::string_view part) {
    return std::ranges::any_of(sentences, [&](const std::string& sentence) {
      return sentence.find(part) != std::string::npos;
    });
  };
  EXPECT_TRUE(has("With 64 connections, epoll-et alone answered every client: 80,000 requests"));
  EXPECT_TRUE(has("With 500 connections that are kept, serial served 1 of 500"));
  EXPECT_TRUE(has("This system refuses uring"));
}

TEST(Summary, FitsATerminal) {
  std::istringstream lines(terminal_table(made_up()));
  std::vector<std::string> table;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 140U);
    table.push_back(line);
  }
  ASSERT_EQ(table.size(), 5U);
  EXPECT_TRUE(table[2].starts_with("serial "));
  EXPECT_NE(table[3].find("80,000"), std::string::npos);
  EXPECT_NE(table[4].find("–"), std::string::npos);
}

}  // namespace
}  // namespace coachwhip::lab
