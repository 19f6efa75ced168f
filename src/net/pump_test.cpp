#include "net/pump.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/unique_fd.hpp"
#include "loop/fake_poller.hpp"
#include "net/memory_stream.hpp"

namespace coachwhip::net {
namespace {

using namespace std::chrono_literals;

class Pump : public testing::Test {
 protected:
  IoStatus run(Task<IoStatus> task) {
    task.start();
    for (int i = 0; i < 10'000 && !task.done(); ++i) loop_->turn(forever);
    return task.take();
  }

  std::unique_ptr<loop::Loop> loop_ = *loop::Loop::make(std::make_unique<loop::FakePoller>());
  MemoryStream stream_{*loop_};
  SlowReaders slow_readers_;
  WriteLimit limit_{*loop_, slow_readers_, {30s, 240}};
};

TEST_F(Pump, WritesInSmallPortions) {
  stream_.set_write_portion(7);
  const std::string text(1000, 'x');
  EXPECT_EQ(run(write_all(stream_, text, limit_)), IoStatus::ok);
  EXPECT_EQ(stream_.output(), text);
}

TEST_F(Pump, WaitsForAPeerThatIsSlow) {
  stream_.set_write_window(10);
  const std::string text(100, 'x');
  auto task = write_all(stream_, text, limit_);
  task.start();
  EXPECT_FALSE(task.done());
  EXPECT_EQ(stream_.output().size(), 10U);
  stream_.set_write_window(100);
  ASSERT_TRUE(task.done());
  EXPECT_EQ(task.take(), IoStatus::ok);
}

TEST_F(Pump, GivesUpAPeerThatTakesNothing) {
  stream_.set_write_window(10);
  const TimePoint start = loop_->now();
  const std::string text(100, 'x');
  EXPECT_EQ(run(write_all(stream_, text, limit_)), IoStatus::timed_out);
  EXPECT_GE(loop_->now() - start, 30s);
}

// For how many seconds a peer is waited for that takes so many bytes in each.
class SlowPump : public Pump {
 protected:
  int seconds_with(std::uint64_t bytes_a_second) {
    stream_.set_write_window(10);
    const std::string text(100, 'x');
    auto task = write_all(stream_, text, limit_);
    task.start();
    int seconds = 0;
    for (; seconds < 500 && !task.done(); ++seconds) {
      stream_.acknowledge(bytes_a_second * static_cast<std::uint64_t>(seconds));
      for (const TimePoint end = loop_->now() + 1s; loop_->now() < end;) {
        loop_->turn(end - loop_->now());
      }
    }
    if (!task.done()) stream_.reset();
    task.take();
    return seconds;
  }
};

TEST_F(SlowPump, WaitsForWhoTakesEnoughOfWhatTheKernelHolds) { EXPECT_EQ(seconds_with(250), 500); }

TEST_F(SlowPump, GivesUpWhoTakesLess) { EXPECT_NEAR(seconds_with(120), 60, 5); }

TEST_F(SlowPump, GivesUpWhoTakesAByteNowAndThen) { EXPECT_NEAR(seconds_with(1), 30, 2); }

TEST_F(Pump, LetsTheKernelHoldLessForEachOfMany) {
  limit_.prepare(stream_);
  EXPECT_FALSE(stream_.unsent_is_bound());
  stream_.set_write_window(10);
  const std::string text(100, 'x');
  std::vector<Task<IoStatus>> tasks;
  std::deque<MemoryStream> streams;
  while (!slow_readers_.are_many()) {
    streams.emplace_back(*loop_).set_write_window(10);
    tasks.push_back(write_all(streams.back(), text, limit_));
    tasks.back().start();
    ASSERT_FALSE(tasks.back().done());
  }
  limit_.prepare(stream_);
  EXPECT_TRUE(stream_.unsent_is_bound());
  for (MemoryStream& stream : streams) stream.set_write_window(100);
  EXPECT_EQ(slow_readers_.count, 0U);
}

TEST_F(Pump, SendsARangeOfAFile) {
  const UniqueFd file(::memfd_create("file", 0));
  ASSERT_EQ(::write(file.get(), "0123456789", 10), 10);
  stream_.set_write_portion(3);
  EXPECT_EQ(run(send_file(stream_, file.get(), 2, 5, limit_)), IoStatus::ok);
  EXPECT_EQ(stream_.output(), "23456");
}

TEST_F(Pump, AFileThatBecameShorterFails) {
  const UniqueFd file(::memfd_create("file", 0));
  ASSERT_EQ(::write(file.get(), "0123456789", 10), 10);
  EXPECT_EQ(run(send_file(stream_, file.get(), 2, 50, limit_)), IoStatus::failed);
}

}  // namespace
}  // namespace coachwhip::net
