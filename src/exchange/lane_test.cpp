// One thread plays the front and the workers in turn, so that each order of steps is chosen.
#include "exchange/lane.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "exchange/test_exchange.hpp"
#include "loop/fake_poller.hpp"

namespace coachwhip::exchange {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t slot_count = 64;

class LaneTest : public testing::Test {
 protected:
  Lane& lane() { return front.lane(); }

  void answer_next(Bytes body) {
    auto job = taker.take();
    ASSERT_TRUE(job);
    answer(*job, body);
  }

  // What the taker claims next; the path tells which request it is.
  std::string next_path() {
    auto job = taker.take();
    if (!job) return "none";
    std::string path(job->request().path);
    answer(*job, "");
    return path;
  }

  Segment segment = *Segment::create({.lanes = 1, .slots_per_lane = slot_count});
  TestFront front{
      segment, {.queue_max = 2, .queue_timeout = 10s}, std::make_unique<loop::FakePoller>()};
  std::array<LaneFds, 1> fds{front.fds()};
  WorkerContext worker{.segment = segment, .lanes = fds, .worker = 3, .incarnation = 1};
  Taker taker{worker, 0};
};

TEST_F(LaneTest, ARequestIsAnswered) {
  Call call = front.submit("/hello");
  EXPECT_EQ(lane().busy(), 1U);
  auto job = taker.take();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->request().path, "/hello");
  EXPECT_EQ(job->request().field(0).value, "example.org");
  EXPECT_TRUE(job->body_ended());
  EXPECT_FALSE(taker.take());
  answer(*job, "world", 201);
  front.look();
  ASSERT_TRUE(happened(call));
  EXPECT_EQ((*call.take_reply())->status, 201);
  EXPECT_TRUE(call.is_whole());
  {
    const http::Lease lease = call.into_lease();
    EXPECT_EQ(lease.bytes(), "world");
    EXPECT_EQ(lane().busy(), 1U);
  }
  EXPECT_EQ(lane().busy(), 0U);
}

TEST_F(LaneTest, RequestsAreTakenInTheOrderTheyCame) {
  std::vector<Call> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(front.submit("/" + std::to_string(i)));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(next_path(), "/" + std::to_string(i));
}

TEST_F(LaneTest, TheHeadIsSeenBeforeTheEnd) {
  Call call = front.submit();
  auto job = taker.take();
  ASSERT_TRUE(job->start_reply({.status = 203}));
  EXPECT_EQ(job->write("part"), 4U);
  job->flush();
  front.look();
  ASSERT_TRUE(happened(call));
  EXPECT_EQ((*call.take_reply())->status, 203);
  EXPECT_EQ(*call.reply_bytes(), "part");
  EXPECT_EQ(call.reply_end(), FlowEnd::open);
  EXPECT_FALSE(call.is_whole());
  job->finish(FlowEnd::broken);
  front.look();
  EXPECT_TRUE(happened(call));
  EXPECT_EQ(call.reply_end(), FlowEnd::broken);
}

TEST_F(LaneTest, AJobThatIsDroppedBreaksItsAnswerOff) {
  Call call = front.submit();
  taker.take().reset();
  front.look();
  EXPECT_TRUE(happened(call));
  EXPECT_EQ(call.reply_end(), FlowEnd::broken);
  EXPECT_EQ(*call.take_reply(), nullptr);
  EXPECT_FALSE(call.orphaned());
}

TEST_F(LaneTest, AWithdrawnRequestReachesNoWorker) {
  std::optional<Call> call(front.submit());
  call.reset();
  EXPECT_EQ(lane().busy(), 0U);
  EXPECT_FALSE(taker.take());
}

TEST_F(LaneTest, ACancelledRequestKeepsItsSlotUntilItsWorkerLetsGo) {
  std::optional<Call> call(front.submit());
  auto job = taker.take();
  EXPECT_FALSE(job->cancelled());
  call.reset();
  EXPECT_TRUE(job->cancelled());
  front.look();
  EXPECT_EQ(lane().busy(), 1U);
  job->finish();
  front.look();
  EXPECT_EQ(lane().busy(), 0U);
}

TEST_F(LaneTest, ACallMayGoBetweenTheAnswerAndItsAttention) {
  std::optional<Call> call(front.submit());
  answer_next("late");
  call.reset();
  EXPECT_EQ(lane().busy(), 0U);
  front.look();
  EXPECT_EQ(lane().busy(), 0U);
}

TEST_F(LaneTest, ALateAttentionBitFreesNoLeasedSlot) {
  Call call = front.submit();
  answer_next("kept");
  // The caller looks before the lane has seen the attention bit.
  ASSERT_NE(*call.take_reply(), nullptr);
  ASSERT_TRUE(call.is_whole());
  {
    const http::Lease lease = call.into_lease();
    front.look();
    EXPECT_EQ(lane().busy(), 1U);
    Call other = front.submit("/other");
    answer_next("other");
    EXPECT_EQ(lease.bytes(), "kept");
  }
  front.look();
  EXPECT_EQ(lane().busy(), 0U);
}

TEST_F(LaneTest, ALateAttentionBitOfAnEarlierLifeEndsNothing) {
  Call call = front.submit();
  segment.attention(0)[0].store(~std::uint64_t{0});
  front.look();
  EXPECT_TRUE(happened(call));
  EXPECT_EQ(call.reply_end(), FlowEnd::open);
  EXPECT_EQ(*call.take_reply(), nullptr);
  EXPECT_EQ(lane().busy(), 1U);
  EXPECT_EQ(next_path(), "/");
}

TEST_F(LaneTest, WithdrawnRequestsDoNotCrowdOthersOutOfTheQueue) {
  Call first = front.submit("/first");
  Call second = front.submit("/second");
  for (std::uint32_t i = 0; i < 20 * slot_count; ++i) front.submit("/withdrawn");
  Call third = front.submit("/third");
  EXPECT_EQ(next_path(), "/first");
  EXPECT_EQ(next_path(), "/second");
  EXPECT_EQ(next_path(), "/third");
  EXPECT_EQ(next_path(), "none");
}

TEST_F(LaneTest, MoreRequestsThanSlotsWaitInOrder) {
  std::vector<Call> calls;
  for (std::uint32_t i = 0; i < slot_count; ++i) calls.push_back(front.submit());
  Task<Outcome> next = ask(lane(), "/next");
  Task<Outcome> last = ask(lane(), "/last");
  Task<Outcome> refused = ask(lane(), "/refused");
  next.start();
  last.start();
  refused.start();
  ASSERT_TRUE(refused.done()) << "two may wait";
  EXPECT_EQ(refused.take().fate, Fate::refused);
  calls.pop_back();
  calls.pop_back();
  front.look();
  for (std::uint32_t i = 0; i < slot_count - 2; ++i) EXPECT_EQ(next_path(), "/");
  EXPECT_EQ(next_path(), "/next");
  EXPECT_EQ(next_path(), "/last");
  front.look();
  EXPECT_TRUE(next.done() && last.done());
  calls.clear();
  EXPECT_EQ(lane().busy(), 0U);
}

TEST_F(LaneTest, WhatWaitsTooLongIsToldSo) {
  std::vector<Call> calls;
  for (std::uint32_t i = 0; i < slot_count; ++i) calls.push_back(front.submit());
  auto job = taker.take();
  Task<Outcome> waiting = ask(lane(), "/");
  waiting.start();
  const TimePoint start = front.loop().now();
  while (!waiting.done()) front.loop().turn(forever);
  EXPECT_EQ(waiting.take().fate, Fate::refused);
  EXPECT_GE(front.loop().now() - start, 10s);
  EXPECT_LE(front.loop().now() - start, 10s + 600ms);
  EXPECT_FALSE(calls[0].expired()) << "a worker has it";
  for (std::uint32_t i = 1; i < slot_count; ++i) EXPECT_TRUE(calls[i].expired());
  answer(*job, "");
}

TEST_F(LaneTest, TheRequestsOfADeadWorkerAreOrphanedAndCanBeAskedAgain) {
  Call call = front.begin("/again");
  EXPECT_EQ(call.feed("body"), 4U);
  call.end_body(FlowEnd::ended);
  call.submit();
  Call other = front.submit("/other");
  auto job = taker.take();
  EXPECT_EQ(job->body(), "body");
  job->consume_body(4);
  WorkerContext second{.segment = segment, .lanes = fds, .worker = 1, .incarnation = 1};
  Taker second_taker(second, 0);
  auto other_job = second_taker.take();

  lane().worker_gone(make_owner(3, 1));
  ASSERT_TRUE(happened(call));
  EXPECT_TRUE(call.orphaned());
  EXPECT_EQ(call.reply_end(), FlowEnd::broken);
  EXPECT_FALSE(happened(other));
  ASSERT_TRUE(call.can_resubmit());
  call.resubmit();
  EXPECT_FALSE(call.orphaned());
  auto again = second_taker.take();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->request().path, "/again");
  EXPECT_EQ(again->body(), "body");
  again->consume_body(4);
  EXPECT_TRUE(again->body_ended());
  // What the dead one had under way reaches nobody any more.
  job->finish();
  front.look();
  EXPECT_EQ(call.reply_end(), FlowEnd::open);
  answer(*other_job, "");
}

TEST_F(LaneTest, AWorkerMayDieBetweenFinishingAndSayingSo) {
  Call call = front.submit();
  answer_next("whole");
  segment.attention(0)[0].store(0);
  lane().worker_gone(make_owner(3, 1));
  ASSERT_TRUE(happened(call));
  EXPECT_FALSE(call.orphaned());
  EXPECT_TRUE(call.is_whole());
  EXPECT_EQ(*call.reply_bytes(), "whole");
}

TEST_F(LaneTest, TheSlotOfADeadWorkerIsFreeAgainIfNobodyWantsTheAnswer) {
  std::optional<Call> call(front.submit());
  auto job = taker.take();
  call.reset();
  EXPECT_EQ(lane().busy(), 1U);
  lane().worker_gone(make_owner(3, 1));
  EXPECT_EQ(lane().busy(), 0U);
}

TEST_F(LaneTest, ADeathThatNobodyToldIsFoundWhenTheCellIsTakenAgain) {
  Call call = front.submit();
  auto job = taker.take();
  WorkerContext next{.segment = segment, .lanes = fds, .worker = 3, .incarnation = 2};
  const Taker next_taker(next, 0);
  front.turn_until([&] { return happened(call); });
  EXPECT_TRUE(call.orphaned());
}

TEST_F(LaneTest, NobodyRingsForADeadWorker) {
  WorkerContext dead{.segment = segment, .lanes = fds, .worker = 0, .incarnation = 1};
  const Taker dead_taker(dead, 0);
  for (const std::size_t cell : {0U, 3U}) segment.worker(cell).asleep.store(1);
  lane().worker_gone(make_owner(0, 1));
  Call call = front.submit();
  front.look();
  EXPECT_EQ(segment.worker(0).bells[0].rings.load(), 0U);
  EXPECT_EQ(segment.worker(3).bells[0].rings.load(), 1U);
  segment.worker(3).asleep.store(0);
}

TEST_F(LaneTest, ANewWorkerInheritsNoSleeperOfTheCell) {
  segment.worker(4).asleep.store(0b1110);
  segment.worker(4).threads.store(0b1111);
  WorkerContext next{.segment = segment, .lanes = fds, .worker = 4, .incarnation = 9, .threads = 2};
  const Taker first(next, 0);
  const Taker second(next, 1);
  EXPECT_EQ(segment.worker(4).asleep.load(), 0U);
  EXPECT_EQ(segment.worker(4).threads.load(), 0b11U);
}

std::string content(int file) {
  std::string text(16, '\0');
  text.resize(static_cast<std::size_t>(::pread(file, text.data(), text.size(), 0)));
  return text;
}

UniqueFd make_file(Bytes text) {
  UniqueFd file(::memfd_create("test", MFD_CLOEXEC));
  EXPECT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  return file;
}

TEST_F(LaneTest, AWorkerPassesAFile) {
  Call first = front.submit();
  Call second = front.submit();
  for (const Bytes text : {"one", "two"}) {
    auto job = taker.take();
    ASSERT_TRUE(job->pass_file(make_file(text).get()));
    ASSERT_TRUE(job->start_reply({.kind = ReplyKind::file, .file_count = 3}));
    job->finish();
  }
  front.look();
  ASSERT_TRUE(happened(second));
  EXPECT_EQ((*second.take_reply())->kind, ReplyKind::file);
  EXPECT_EQ(content(second.take_file().get()), "two");
  EXPECT_EQ(content(first.take_file().get()), "one");
  EXPECT_FALSE(first.take_file());
}

TEST_F(LaneTest, FilesThatNobodyWantsDoNotStopTheirSenders) {
  const UniqueFd file = make_file("unwanted");
  for (int i = 0; i < 2000; ++i) {
    std::optional<Call> call(front.submit());
    auto job = taker.take();
    call.reset();
    ASSERT_TRUE(job->pass_file(file.get()));
    job->finish();
    front.look();
    if (i % 100 == 0) front.loop().turn(300ms);
  }
  EXPECT_EQ(lane().busy(), 0U);
}

TEST_F(LaneTest, AFileOfADeadWorkerIsNotGivenForTheNextAnswer) {
  Call call = front.submit();
  auto job = taker.take();
  ASSERT_TRUE(job->pass_file(make_file("old").get()));
  front.loop().turn(300ms);
  lane().worker_gone(make_owner(3, 1));
  call.resubmit();
  EXPECT_FALSE(call.take_file());
}

// Leaves one request with a worker, one answered and one waiting, and is gone.
void live_as_front_and_die(Segment& segment, std::span<const LaneFds> fds) {
  TestFront front(segment, {}, std::make_unique<loop::FakePoller>());
  WorkerContext context{.segment = segment, .lanes = fds, .worker = 5, .incarnation = 1};
  Taker taker(context, 0);
  Call claimed = front.submit("/claimed");
  Call answered = front.submit("/answered");
  Call waiting = front.submit("/waiting");
  auto job = taker.take();
  auto other = taker.take();
  answer(*other, "");
  ::_exit(0);
}

TEST_F(LaneTest, AFrontThatIsReplacedLeavesNothingBehind) {
  const pid_t child = ::fork();
  if (child == 0) live_as_front_and_die(segment, fds);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  TestFront next(segment, {}, std::make_unique<loop::FakePoller>());
  EXPECT_EQ(next.lane().busy(), 1U) << "a worker has it";
  EXPECT_EQ(next_path(), "none");
  Call call = next.submit("/new");
  EXPECT_EQ(next_path(), "/new");
  next.look();
  EXPECT_TRUE(happened(call));
  next.lane().worker_gone(make_owner(5, 1));
  EXPECT_EQ(next.lane().busy(), 1U);
}

}  // namespace
}  // namespace coachwhip::exchange
