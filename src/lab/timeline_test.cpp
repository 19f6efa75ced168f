#include "lab/timeline.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lab/made_up_calls.hpp"
#include "lab/trace_report.hpp"

namespace coachwhip::lab {
namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

// Client 1 is answered after 30 ms, client 2 never.
ModelTrace made_up() {
  MadeUpCalls calls;
  calls.frame.is_one_at_a_time = true;
  calls.accept(10, 10, 10, 5, 1);
  calls.wait(10, 10, 11, 39);
  calls.read(10, 10, 40, 5, "GET / HTTP/1.1\r\n\r\n");
  calls.write(10, 10, 41, 5);
  calls.wait(10, 10, 42, 900);
  const auto moment = MadeUpCalls::moment;
  ModelTrace trace{.model = "serial", .summary = "one & only", .calls = 12};
  trace.scene = {.began = calls.frame.began, .ended = calls.frame.ended};
  trace.scene.clients = {
      {.number = 1,
       .began = moment(5),
       .ended = moment(900),
       .asks = {{.target = "/", .began = moment(12), .sent = moment(12), .answered = moment(42)}}},
      {.number = 2,
       .nature = "slow",
       .began = moment(50),
       .ended = moment(950),
       .asks = {{.target = "/", .began = moment(100), .sent = moment(150)}},
       .failure = "was not answered"}};
  trace.story = calls.story();
  return trace;
}

TEST(Timeline, DrawsClientsAndThreads) {
  const std::string page = timeline_page(std::vector{made_up()});
  EXPECT_TRUE(contains(page, "<h2>serial</h2>"));
  EXPECT_TRUE(contains(page, ">client 2 (slow)</text>"));
  EXPECT_TRUE(contains(page, ">unanswered</text>"));
  EXPECT_TRUE(contains(page, "data-name=\"front\""));
  EXPECT_TRUE(contains(page, ">waits for client 1 alone</text>"));
  EXPECT_TRUE(contains(page, "2 further threads only waited"));
  EXPECT_TRUE(contains(page, "one &amp; only"));
  EXPECT_TRUE(contains(page, "role=\"img\""));
  EXPECT_FALSE(contains(page, "=\"nan"));
  EXPECT_FALSE(contains(page, "http://")) << "it needs nothing but itself";
}

TEST(Timeline, AllModelsHaveOneScale) {
  ModelTrace longer = made_up();
  longer.model = "other";
  longer.scene.ended += std::chrono::seconds(1);
  const std::string page = timeline_page(std::vector{made_up(), longer});
  EXPECT_EQ(count(page, ">1500 ms</text>"), 2U);
}

TEST(TraceReport, TellsEachClientsWaitAndTheLongestStall) {
  const ModelTrace trace = made_up();
  const Unread unread = longest_unread(trace);
  EXPECT_EQ(unread.client, 2U);
  EXPECT_EQ(unread.longest, Milliseconds(850));
  const std::string text = summary_text(trace);
  EXPECT_TRUE(contains(text, "client 1                      waited 30 ms")) << text;
  EXPECT_TRUE(contains(text, "client 2 (slow)               was not answered")) << text;
  EXPECT_TRUE(contains(text, "a request of client 2 lay unread for 850 ms")) << text;
  EXPECT_TRUE(contains(text, "at work: 1 thread of 1 process; 2 further threads only waited"));
  EXPECT_TRUE(contains(text, "system calls: 12 in 1000 ms"));
}

TEST(TraceReport, HasAllEventsAsJson) {
  const auto json = nlohmann::json::parse(trace_json(std::vector{made_up()}));
  EXPECT_EQ(json["schema"], 1);
  const auto& model = json["models"][0];
  EXPECT_EQ(model["clients"][0]["requests"][0]["answered_ms"], 42);
  EXPECT_TRUE(model["clients"][1]["requests"][0]["answered_ms"].is_null());
  EXPECT_EQ(model["lanes"][0]["events"][0]["deed"], "accept");
  EXPECT_EQ(model["lanes"][0]["connections"][0]["client"], 1);
  EXPECT_EQ(model["idle"].size(), 2U);
}

}  // namespace
}  // namespace coachwhip::lab
