#include "loop/loop.hpp"

#include <gtest/gtest.h>
#include <thread>

#include "loop/fake_poller.hpp"
#include "loop/sleep.hpp"
#include "loop/vigil.hpp"
#include "task/task.hpp"

namespace coachwhip::loop {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Loop> make_fake() { return *Loop::make(std::make_unique<FakePoller>()); }

Task<void> sleeper(Loop& loop, Duration length, std::vector<Duration>& woken, TimePoint start) {
  co_await SleepUntil(loop, start + length);
  woken.push_back(loop.now() - start);
}

TEST(Loop, SleepersWakeInOrderAndNotEarly) {
  const auto loop = make_fake();
  const TimePoint start = loop->now();
  std::vector<Duration> woken;
  std::vector<Task<void>> tasks;
  const std::vector<Duration> lengths{3s, 15ms, 60s, 25s, 400ms};
  for (const Duration length : lengths) tasks.push_back(sleeper(*loop, length, woken, start));
  for (auto& task : tasks) task.start();
  while (woken.size() < lengths.size()) loop->turn(forever);
  const std::vector<Duration> expected{15ms, 400ms, 3s, 25s, 60s};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_GE(woken[i], expected[i]);
    EXPECT_LE(woken[i], expected[i] + 2 * TimerWheel::tick);
  }
}

int looks_in(Vigil& vigil, int sleeps, bool has_found) {
  int looks = 0;
  for (int i = 0; i < sleeps; ++i) {
    if (!vigil.looks()) continue;
    ++looks;
    vigil.has_looked(has_found);
  }
  return looks;
}

TEST(Vigil, LooksBeforeEverySleepAsLongAsLookingFindsSomething) {
  Vigil vigil;
  looks_in(vigil, 32, true);
  EXPECT_EQ(looks_in(vigil, 100, true), 100);
}

TEST(Vigil, GivesUpWhereLookingIsInVainAndTriesNowAndThen) {
  Vigil vigil;
  looks_in(vigil, 100, true);
  looks_in(vigil, 32, false);
  const int looks = looks_in(vigil, 3200, false);
  EXPECT_GT(looks, 0);
  EXPECT_LE(looks, 100);
}

class CountingTimer final : public Timer {
 public:
  int expired = 0;

 private:
  void on_expiry() override { ++expired; }
};

TEST(TimerWheel, AMovedDeadlineExpiresOnceAtItsLastPlace) {
  const TimePoint start{1h};
  TimerWheel wheel(start);
  CountingTimer timer;
  for (int i = 1; i <= 100; ++i) wheel.arm(timer, start + i * 1s);
  wheel.advance(start + 99s);
  EXPECT_EQ(timer.expired, 0);
  wheel.advance(start + 101s);
  EXPECT_EQ(timer.expired, 1);
  wheel.advance(start + 1000s);
  EXPECT_EQ(timer.expired, 1);
}

TEST(TimerWheel, ADeadlineCanBeMovedEarlierAndDisarmed) {
  const TimePoint start{1h};
  TimerWheel wheel(start);
  CountingTimer early;
  CountingTimer off;
  wheel.arm(early, start + 50s);
  wheel.arm(early, start + 1s);
  wheel.arm(off, start + 1s);
  wheel.disarm(off);
  wheel.advance(start + 2s);
  EXPECT_EQ(early.expired, 1);
  EXPECT_EQ(off.expired, 0);
  EXPECT_EQ(wheel.next(), never);
}

TEST(TimerWheel, ADestroyedTimerIsForgotten) {
  const TimePoint start{1h};
  TimerWheel wheel(start);
  {
    CountingTimer timer;
    wheel.arm(timer, start + 1s);
  }
  EXPECT_EQ(wheel.next(), never);
  wheel.advance(start + 2s);
}

TEST(Loop, WorkPostedByAnotherThreadRuns) {
  const auto loop = *Loop::make(*make_epoll_poller());
  int ran = 0;
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) loop->post([&] { ++ran; });
    loop->stop();
  });
  loop->run();
  other.join();
  EXPECT_EQ(ran, 100);
}

}  // namespace
}  // namespace coachwhip::loop
