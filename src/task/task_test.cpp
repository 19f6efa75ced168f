#include "task/task.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "task/nursery.hpp"

namespace coachwhip {
namespace {

// Suspends whoever awaits it until open() is called.
class Door {
 public:
  auto wait() {
    struct Awaiter {
      Door& door;
      bool await_ready() const { return door.open_; }
      void await_suspend(std::coroutine_handle<> awaiter) { door.waiting_.push_back(awaiter); }
      void await_resume() {}
    };
    return Awaiter{*this};
  }
  void open() {
    open_ = true;
    for (const auto handle : std::exchange(waiting_, {})) handle.resume();
  }

 private:
  bool open_ = false;
  std::vector<std::coroutine_handle<>> waiting_;
};

Task<int> ready(int value) { co_return value; }

Task<int> sum(int count) {
  int total = 0;
  for (int i = 0; i < count; ++i) total += co_await ready(1);
  co_return total;
}

Task<std::string> behind(Door& door, std::string text) {
  co_await door.wait();
  co_return text;
}

Task<int> thrower() {
  throw std::runtime_error("broken");
  co_return 0;
}

Task<void> collect(Door& door, std::vector<std::string>& into) {
  std::string text = co_await behind(door, "through");
  into.push_back(std::move(text));
}

Task<void> join(Nursery& nursery, bool& ended) {
  co_await nursery.empty();
  ended = true;
}

TEST(Task, AMillionTasksThatNeverSuspendUseNoStack) {
  auto task = sum(1'000'000);
  task.start();
  ASSERT_TRUE(task.done());
  EXPECT_EQ(task.take(), 1'000'000);
}

TEST(Task, IsLazy) {
  std::vector<std::string> into;
  Door door;
  door.open();
  {
    auto task = collect(door, into);
    EXPECT_TRUE(into.empty());
  }
  EXPECT_TRUE(into.empty());
}

TEST(Task, ResumesItsAwaiterAfterASuspension) {
  Door door;
  auto task = behind(door, "late");
  task.start();
  EXPECT_FALSE(task.done());
  door.open();
  ASSERT_TRUE(task.done());
  EXPECT_EQ(task.take(), "late");
}

TEST(Task, ExceptionsReachTheAwaiter) {
  auto task = thrower();
  task.start();
  ASSERT_TRUE(task.done());
  EXPECT_THROW(task.take(), std::runtime_error);
}

TEST(Nursery, EndsAfterItsLastTask) {
  Door door;
  std::vector<std::string> into;
  Nursery nursery;
  for (int i = 0; i < 3; ++i) nursery.start(collect(door, into));
  EXPECT_EQ(nursery.count(), 3U);
  bool ended = false;
  auto joined = join(nursery, ended);
  joined.start();
  EXPECT_FALSE(ended);
  door.open();
  EXPECT_TRUE(ended);
  EXPECT_EQ(into.size(), 3U);
}

}  // namespace
}  // namespace coachwhip
