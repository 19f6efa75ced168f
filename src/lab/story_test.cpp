#include "lab/story.hpp"

#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>

#include "lab/made_up_calls.hpp"

namespace coachwhip::lab {
namespace {

constexpr std::string_view request = "GET / HTTP/1.1\r\n\r\n";

// "accept 1, read 1, …" of a lane, with the client.
std::string deeds(const Lane& lane) {
  std::string text;
  for (const Span& span : lane.spans) {
    if (!text.empty()) text += ", ";
    text.append(name(span.deed)).append(" ").append(std::to_string(span.client));
  }
  return text;
}

std::string names(const std::vector<Lane>& lanes) {
  std::string text;
  for (const Lane& lane : lanes) text += (text.empty() ? "" : ", ") + lane.name;
  return text;
}

TEST(Story, AThreadServesAClientFromItsAcceptToItsClose) {
  MadeUpCalls calls;
  calls.frame.is_one_at_a_time = true;
  calls.wait(10, 10, -50, 10);
  calls.accept(10, 10, 11, 5, 2);
  calls.read(10, 10, 12, 5, "GET / HT");
  calls.wait(10, 10, 13, 20);
  calls.read(10, 10, 20, 5, "TP/1.1\r\n\r\n");
  calls.write(10, 10, 25, 5);
  calls.wait(10, 10, 26, 90);
  calls.close(10, 10, 91, 5);
  const Story story = calls.story();
  ASSERT_EQ(names(story.lanes), "front");
  EXPECT_EQ(names(story.idle), "supervisor, worker 1");
  const Lane& lane = story.lanes[0];
  EXPECT_EQ(deeds(lane),
            "wait 0, accept 2, read 2, wait 2, read 2, handle 2, write 2, wait 2, "
            "close 2");
  EXPECT_EQ(lane.spans[0].began, Milliseconds(0));
  EXPECT_NEAR(lane.spans[5].began.count(), 20.1, 0.001);
  EXPECT_NEAR(lane.spans[5].ended.count(), 25, 0.001);
  ASSERT_EQ(lane.lives.size(), 1U);
  EXPECT_NEAR(lane.lives[0].began.count(), 11.1, 0.001);
  EXPECT_NEAR(lane.lives[0].ended.count(), 91.1, 0.001);
  ASSERT_EQ(lane.lives[0].requests.size(), 1U);
  EXPECT_NEAR(lane.lives[0].requests[0].began.count(), 12, 0.001);
  EXPECT_NEAR(lane.lives[0].requests[0].ended.count(), 25.1, 0.001);
  EXPECT_TRUE(lane.waits_for_one());
}

TEST(Story, ALoopHoldsSeveralAndWaitsForAll) {
  MadeUpCalls calls;
  calls.accept(10, 10, 10, 5, 1);
  calls.accept(10, 10, 20, 6, 2);
  calls.read(10, 10, 30, 6, request);
  calls.write(10, 10, 31, 6);
  calls.wait(10, 10, 32, 50);
  calls.read(10, 10, 51, 5, request);
  calls.write(10, 10, 52, 5);
  const Story story = calls.story();
  ASSERT_EQ(story.lanes.size(), 1U);
  const Lane& lane = story.lanes[0];
  ASSERT_EQ(lane.lives.size(), 2U);
  EXPECT_GT(lane.lives[0].ended, lane.lives[1].began);
  EXPECT_EQ(lane.lives[0].ended, Milliseconds(1000)) << "open at the scene's end";
  EXPECT_EQ(deeds(lane),
            "accept 1, accept 2, read 2, handle 2, write 2, wait 0, read 1, handle 1, "
            "write 1");
  EXPECT_FALSE(lane.waits_for_one());
}

TEST(Story, AForkedProcessHasItsParentsConnections) {
  MadeUpCalls calls;
  calls.accept(10, 10, 10, 5, 3);
  calls.begin(11, 11, 10, 12);
  calls.close(10, 10, 13, 5);
  calls.wait(11, 11, 14, 20);
  calls.read(11, 11, 21, 5, request);
  calls.write(11, 11, 22, 5);
  const Story story = calls.story();
  ASSERT_EQ(names(story.lanes), "front, front process 1");
  EXPECT_EQ(deeds(story.lanes[0]), "accept 3, close 3");
  EXPECT_EQ(deeds(story.lanes[1]), "wait 3, read 3, handle 3, write 3");
  ASSERT_EQ(story.lanes[1].lives.size(), 1U);
  EXPECT_EQ(story.lanes[1].lives[0].began, Milliseconds(12));
}

TEST(Story, AThreadOfAPoolReadsWhatTheSelectorAccepted) {
  MadeUpCalls calls;
  calls.begin(10, 12, 10);
  calls.accept(10, 10, 10, 5, 2);
  calls.read(10, 12, 20, 5, "GET / ");
  calls.wait(10, 12, 21, 40);
  calls.read(10, 12, 41, 5, "HTTP/1.1\r\n\r\n");
  calls.write(10, 12, 42, 5);
  calls.wait(10, 12, 43, 100);
  const Story story = calls.story();
  ASSERT_EQ(names(story.lanes), "front (selector), front thread 1");
  EXPECT_TRUE(story.lanes[0].only_accepts());
  EXPECT_EQ(story.lanes[0].lives.size(), 1U);
  EXPECT_TRUE(story.lanes[1].only_serves());
  EXPECT_EQ(deeds(story.lanes[1]), "read 2, wait 2, read 2, handle 2, write 2, wait 0");
}

TEST(Story, AWorkerHandlesFromItsWakingToItsAnswer) {
  MadeUpCalls calls;
  calls.begin(20, 21, 20).is_worker = true;
  calls.accept(10, 10, 10, 5, 4);
  calls.read(10, 10, 11, 5, request);
  calls.futex(10, 10, FUTEX_WAKE, 12, 12.8);  // seen to end after those it woke
  calls.futex(20, 20, FUTEX_WAIT, -50, 12.5);
  calls.futex(20, 21, FUTEX_WAIT, -50, 12.6);
  calls.futex(20, 21, FUTEX_WAIT_PRIVATE, 13, 19);
  calls.futex(20, 21, FUTEX_WAIT, 20, 900);  // the other was faster
  calls.futex(20, 20, FUTEX_WAIT_PRIVATE, 13, 14);
  calls.call(20, 20, SYS_clock_nanosleep, 15, 315);
  calls.call(20, 20, SYS_write, 316, 316.1, 8, 4);
  calls.futex(20, 20, FUTEX_WAIT, 317, 900);
  calls.write(10, 10, 318, 5);
  const Story story = calls.story();
  ASSERT_EQ(names(story.lanes), "front, worker 1");
  const Lane& worker = story.lanes[1];
  EXPECT_EQ(deeds(worker), "wait 0, handle 4, wait 4, wait 4, write 4, wait 0");
  EXPECT_NEAR((worker.spans[1].ended - worker.spans[1].began).count(), 304.5, 0.001);
}

TEST(Story, ADescriptorGivenAgainWhileItsCloseIsSeenIsAnotherConnection) {
  MadeUpCalls calls;
  calls.begin(10, 12, 10);
  calls.accept(10, 10, 10, 5, 1);
  calls.accept(10, 12, 20, 5, 2);  // the close of the first is not seen to end yet
  calls.call(10, 10, SYS_close, 19, 21, 0, 5);
  calls.read(10, 12, 30, 5, request);
  const Story story = calls.story();
  const auto second = std::ranges::find(story.lanes, 12, &Lane::thread);
  ASSERT_NE(second, story.lanes.end());
  EXPECT_EQ(deeds(*second), "accept 2, read 2, handle 2");
}

TEST(Story, WhatIsNoneOfTheClientsIsLeftOut) {
  MadeUpCalls calls;
  calls.accept(10, 10, -60, 5, 1);  // before the scene
  calls.call(10, 10, SYS_accept4, 1, 2, -EAGAIN, 3);
  calls.call(10, 10, SYS_read, 3, 4, 8, 9);  // an eventfd
  calls.call(10, 10, SYS_close, 5, 6, 0, 77);
  calls.close(10, 10, 1500, 5);  // after it
  const Story story = calls.story();
  for (const Lane& lane : story.lanes) EXPECT_EQ(deeds(lane), "");
}

TEST(Story, OnlyLookingAtWhatHasComeIsNoReading) {
  MadeUpCalls calls;
  calls.accept(10, 10, 10, 5, 1);
  calls.read(10, 10, 20, 5, "G");
  calls.recording.calls.back().arguments[3] = 2;  // MSG_PEEK
  EXPECT_TRUE(calls.story().lanes[0].only_accepts());
}

}  // namespace
}  // namespace coachwhip::lab
