// Front and workers as threads over a real poller: who sleeps is woken, who waits goes on.
#include <gtest/gtest.h>
#include <latch>
#include <semaphore>

#include "exchange/test_exchange.hpp"

namespace coachwhip::exchange {
namespace {

using namespace std::chrono_literals;

class WakingTest : public testing::Test {
 protected:
  Lane& lane() { return front.lane(); }

  Outcome run(Task<Outcome> task) {
    task.start();
    front.turn_until([&] { return task.done(); });
    return task.take();
  }

  // Of the one request that a worker has.
  std::size_t claimed_slot() {
    std::size_t found = 0;
    while (State::unpack(segment.slot(0, found).state).phase != Phase::claimed) ++found;
    return found;
  }
  std::uint32_t generation_of(std::size_t slot) {
    return State::unpack(segment.slot(0, slot).state).generation;
  }

  Segment segment = *Segment::create({.lanes = 1, .slots_per_lane = 64});
  TestFront front{segment};
  std::array<LaneFds, 1> fds{front.fds()};
};

std::string make_body(std::size_t size) {
  std::string body(size, '\0');
  for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 7 + i / 251);
  return body;
}

TEST_F(WakingTest, BodiesLargerThanTheRingPassBothWays) {
  const TestWorker worker(segment, fds, 2, echo);
  for (const std::size_t size :
       {ring_bytes - 1, ring_bytes, ring_bytes + 1, 10 * ring_bytes + 17}) {
    const std::string body = make_body(size);
    const Outcome outcome = run(ask(lane(), "/", body));
    EXPECT_EQ(outcome.fate, Fate::answered);
    EXPECT_TRUE(outcome.body == "/" + body);
  }
  EXPECT_EQ(lane().busy(), 0U);
}

TEST_F(WakingTest, ManyAtOnceAreAllAnswered) {
  const TestWorker one(segment, fds, 2, echo, 0);
  const TestWorker two(segment, fds, 2, echo, 1);
  std::vector<Task<Outcome>> tasks;
  for (int i = 0; i < 500; ++i) {
    tasks.push_back(ask(lane(), "/" + std::to_string(i), make_body(static_cast<std::size_t>(i))));
  }
  for (auto& task : tasks) task.start();
  for (int i = 0; i < 500; ++i) {
    auto& task = tasks[static_cast<std::size_t>(i)];
    front.turn_until([&] { return task.done(); });
    EXPECT_EQ(task.take().body, "/" + std::to_string(i) + make_body(static_cast<std::size_t>(i)));
  }
  EXPECT_EQ(lane().busy(), 0U);
}

// A lost wake-up would be repaired by the sweep after a quarter of a second.
TEST_F(WakingTest, SleepersAreWokenInEveryRound) {
  const TestWorker worker(segment, fds, 2, echo);
  int late = 0;
  for (int round = 0; round < 3000; ++round) {
    const TimePoint start = Clock::now();
    std::vector<Task<Outcome>> tasks;
    for (int i = 0; i <= round % 3; ++i) tasks.push_back(ask(lane(), "/"));
    for (auto& task : tasks) task.start();
    for (auto& task : tasks) front.turn_until([&] { return task.done(); });
    if (Clock::now() - start > 200ms) ++late;
  }
  EXPECT_LE(late, 3) << "a loaded machine may be late, a lost wake-up always is";
}

TEST_F(WakingTest, AFurtherThreadIsWokenWhenTheFirstIsStuck) {
  std::binary_semaphore stuck{0};
  const TestWorker worker(segment, fds, 2, [&](Job& job) {
    if (job.request().path == "/slow") stuck.acquire();
    echo(job);
  });
  Task<Outcome> slow = ask(lane(), "/slow");
  slow.start();
  // An entry that waits no more must not hide those behind it.
  std::optional<Call> withdrawn(front.begin("/withdrawn"));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(run(ask(lane(), "/fast")).body, "/fast");
  stuck.release();
  front.turn_until([&] { return slow.done(); });
}

TEST_F(WakingTest, AWithdrawnRequestHidesNoneBehindIt) {
  std::binary_semaphore stuck{0};
  std::latch begun(1);
  const TestWorker worker(segment, fds, 2, [&](Job& job) {
    if (job.request().path == "/slow") {
      begun.count_down();
      stuck.acquire();
    }
    echo(job);
  });
  Task<Outcome> slow = ask(lane(), "/slow");
  slow.start();
  front.look();
  begun.wait();
  {
    Call withdrawn = front.begin();
    Call call = front.begin("/behind");
    for (Call* each : {&withdrawn, &call}) {
      each->end_body(FlowEnd::ended);
      each->submit();
    }
    {
      const Call gone = std::move(withdrawn);
    }
    front.turn_until([&] { return happened(call); });
  }
  stuck.release();
  front.turn_until([&] { return slow.done(); });
}

TEST_F(WakingTest, ACancelledWorkerIsWokenFromItsWait) {
  for (const Bytes path : {"/body", "/room"}) {
    std::latch waits(1);
    std::latch ended(1);
    const TestWorker worker(segment, fds, 1, [&](Job& job) {
      const bool room = job.request().path == "/room";
      if (room) {
        while (job.write("xxxxxxxxxxxxxxxx") != 0) {
        }
      }
      waits.count_down();
      room ? job.wait_for_room() : job.wait_for_body();
      EXPECT_TRUE(job.cancelled());
      job.finish();
      ended.count_down();
    });
    {
      Call call = front.begin(path);
      call.submit();
      front.look();
      waits.wait();
    }
    ended.wait();
    front.turn_until([&] { return lane().busy() == 0; });
  }
}

TEST_F(WakingTest, TheFrontLearnsThatAWorkerWaitsForTheBody) {
  const TestWorker worker(segment, fds, 1, echo);
  Call call = front.begin();
  call.submit();
  front.turn_until([&] { return call.wants_body(); });
  EXPECT_EQ(call.feed("half"), 4U);
  Outcome outcome;
  front.turn_until(
      [&] { return take_answer(call, outcome) == FlowEnd::open && outcome.body == "/half"; });
  call.end_body(FlowEnd::ended);
  front.turn_until([&] { return take_answer(call, outcome) == FlowEnd::ended; });
}

TEST_F(WakingTest, AWorkerThatStopsLeavesTheQueueToTheOthers) {
  for (int round = 0; round < 50; ++round) {
    TestWorker ending(segment, fds, 2, echo, 0, static_cast<std::uint32_t>(round));
    const TestWorker staying(segment, fds, 2, echo, 1, static_cast<std::uint32_t>(round));
    std::vector<Task<Outcome>> tasks;
    for (int i = 0; i < 20; ++i) tasks.push_back(ask(lane(), "/"));
    for (auto& task : tasks) task.start();
    front.look();
    ending.stop();
    for (auto& task : tasks) front.turn_until([&] { return task.done(); });
    for (auto& task : tasks) EXPECT_EQ(task.take().fate, Fate::answered);
  }
}

TEST_F(WakingTest, AProcessForkedOffAWorkerLeavesTheExchangeAlone) {
  WorkerContext context{.segment = segment, .lanes = fds};
  Taker taker(context, 0);
  Call call = front.submit();
  auto job = taker.take();
  ASSERT_TRUE(job);
  {
    // What the child has of it: the same memory, but for the flag.
    WorkerContext forked{.segment = segment, .lanes = fds};
    forked.disowned = true;
    Taker child(forked, 0);
    Job copy(child, 0, claimed_slot(), generation_of(claimed_slot()));
    EXPECT_TRUE(copy.cancelled());
    EXPECT_TRUE(copy.start_reply({.status = 500}));
    EXPECT_EQ(copy.write("forged"), 6U);
    copy.flush();
    copy.wait_for_room();
    copy.wait_for_body();
    copy.finish();
  }
  front.look();
  EXPECT_FALSE(happened(call));
  EXPECT_FALSE(job->cancelled());
  answer(*job, "genuine");
  front.turn_until([&] { return call.reply_end() == FlowEnd::ended; });
  EXPECT_EQ(*call.reply_bytes(), "genuine");
}

TEST_F(WakingTest, AReaderOfAnAbandonedBodyIsWoken) {
  WorkerContext context{.segment = segment, .lanes = fds};
  Taker taker(context, 0);
  Call call = front.begin();
  call.submit();
  auto job = taker.take();
  ASSERT_TRUE(job);
  std::thread reader([&] { job->wait_for_body(); });
  job->abandon_body();
  reader.join();
  answer(*job, "done");
  front.turn_until([&] { return call.reply_end() == FlowEnd::ended; });
}

}  // namespace
}  // namespace coachwhip::exchange
