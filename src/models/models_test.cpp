// Every model moves the same bytes: what a loop, its streams and its wake-ups promise holds
// whatever way of asking the kernel is below them.
#include "models/models.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>

#include "loop/sleep.hpp"
#include "net/pump.hpp"
#include "net/socket_stream.hpp"
#include "task/nursery.hpp"

namespace coachwhip::models {
namespace {

using namespace std::chrono_literals;

class EveryModel : public testing::TestWithParam<const Model*> {
 protected:
  EveryModel() : loop_(*loop::Loop::make(*GetParam()->make_poller())) {}

  static std::array<UniqueFd, 2> make_pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
  }

  // The loop's end does not block.
  std::unique_ptr<net::SocketStream> watch(UniqueFd socket) {
    ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
    auto stream = std::make_unique<net::SocketStream>(*loop_, std::move(socket));
    EXPECT_TRUE(stream->watch());
    return stream;
  }

  void run_until_done(Nursery& nursery) {
    while (nursery.count() > 0) loop_->turn(100ms);
  }

  std::unique_ptr<loop::Loop> loop_;
};

Task<void> echo(loop::Loop& loop, std::unique_ptr<net::SocketStream> stream) {
  std::array<char, 8192> buffer{};
  net::SlowReaders slow_readers;
  net::WriteLimit limit(loop, slow_readers, {10s, 0});
  for (;;) {
    const net::Io io = stream->try_read(buffer);
    if (io.status == net::IoStatus::would_block) {
      co_await stream->readable();
      continue;
    }
    if (io.status != net::IoStatus::ok) co_return;
    const Bytes bytes(buffer.data(), io.count);
    const net::IoStatus sent = co_await net::write_all(*stream, bytes, limit);
    if (sent != net::IoStatus::ok) co_return;
  }
}

// Sends before it reads, so that both directions fill up.
std::string ask(int socket, const std::string& sent) {
  std::jthread writer([&] {
    for (Bytes rest = sent; !rest.empty();) {
      const ssize_t count = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    ::shutdown(socket, SHUT_WR);
  });
  std::string received;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (count <= 0) return received;
    received.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

TEST_P(EveryModel, MovesTheBytesOfManyClients) {
  constexpr std::size_t clients = 10;
  Nursery nursery;
  std::vector<UniqueFd> sockets;
  for (std::size_t i = 0; i < clients; ++i) {
    auto [ours, theirs] = make_pair();
    nursery.start(echo(*loop_, watch(std::move(ours))));
    sockets.push_back(std::move(theirs));
  }
  std::vector<std::string> received(clients);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < clients; ++i) {
      threads.emplace_back([&, i] {
        received[i] = ask(sockets[i].get(), std::string(300'000, static_cast<char>('a' + i)));
        sockets[i].reset();
      });
    }
    run_until_done(nursery);
  }
  for (std::size_t i = 0; i < clients; ++i) {
    EXPECT_EQ(received[i], std::string(300'000, static_cast<char>('a' + i))) << i;
  }
}

TEST_P(EveryModel, IsWokenFromAnotherThread) {
  bool called = false;
  std::jthread other([&] {
    std::this_thread::sleep_for(10ms);
    loop_->post([&] { called = true; });
  });
  while (!called) loop_->turn(forever);
}

TEST_P(EveryModel, EndsAWaitWhenATimerExpires) {
  Nursery nursery;
  const TimePoint began = loop_->now();
  nursery.start([](loop::Loop& loop) -> Task<void> {
    co_await loop::SleepUntil(loop, loop.now() + 30ms);
  }(*loop_));
  while (nursery.count() > 0) loop_->turn(forever);
  EXPECT_GE(loop_->now() - began, 30ms);
}

class CountingWatcher final : public loop::Watcher {
 public:
  void on_ready(loop::Readiness) override { ++told; }
  int told = 0;
};

TEST_P(EveryModel, TellsOfACounterThatNobodyReads) {
  const UniqueFd counter(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  CountingWatcher watcher;
  ASSERT_TRUE(loop_->poller().add(counter.get(), watcher, loop::Trigger::counter));
  for (int written = 0; written < 3; ++written) {
    const int told = watcher.told;
    const std::uint64_t one = 1;
    ASSERT_EQ(::write(counter.get(), &one, sizeof one), 8);
    while (watcher.told == told) loop_->turn(forever);
  }
  loop_->poller().remove(counter.get(), watcher);
  const int told = watcher.told;
  loop_->turn(Duration{});
  EXPECT_EQ(watcher.told, told) << "it was removed";
}

TEST_P(EveryModel, ServesANewDescriptorOfAnOldNumber) {
  for (int life = 0; life < 3; ++life) {
    Nursery nursery;
    auto [ours, theirs] = make_pair();
    nursery.start(echo(*loop_, watch(std::move(ours))));
    std::string received;
    {
      std::jthread client([&] {
        received = ask(theirs.get(), "hello");
        theirs.reset();
      });
      run_until_done(nursery);
    }
    EXPECT_EQ(received, "hello") << life;
  }
}

std::string test_name(const testing::TestParamInfo<const Model*>& info) {
  std::string name(info.param->name);
  std::ranges::replace(name, '-', '_');
  return name;
}

// Containers may forbid io_uring; then there is nothing to test of it.
std::vector<const Model*> usable() {
  std::vector<const Model*> found;
  std::ranges::copy_if(all(), std::back_inserter(found),
                       [](const Model* model) { return model->make_poller().has_value(); });
  return found;
}

INSTANTIATE_TEST_SUITE_P(Models, EveryModel, testing::ValuesIn(usable()), test_name);

TEST(Models, OnlyAForbiddenRingMakesOneUnusable) {
  const auto found = usable();
  for (const Model* model : all()) {
    EXPECT_TRUE(model == &uring || std::ranges::count(found, model) == 1) << model->name;
  }
  const auto ring = uring.make_poller();
  EXPECT_TRUE(ring || ring.error().message.starts_with("io_uring"));
}

TEST(Models, AreFoundByTheirName) {
  for (const Model* model : all()) EXPECT_EQ(find(model->name), model);
  EXPECT_EQ(find("thread-per-moon"), nullptr);
  EXPECT_NE(names().find("epoll-et, uring, coroutine"), std::string::npos);
}

TEST(Models, SelectRefusesADescriptorBeyondItsSets) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit raised{std::max<rlim_t>(limit.rlim_cur, select.descriptors_max + 100),
                      limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &raised), 0);
  auto poller = *select.make_poller();
  const int high = static_cast<int>(select.descriptors_max);
  const UniqueFd counter(::eventfd(0, EFD_CLOEXEC));
  const UniqueFd outside(::fcntl(counter.get(), F_DUPFD_CLOEXEC, high));
  CountingWatcher watcher;
  EXPECT_TRUE(poller->add(counter.get(), watcher, loop::Trigger::counter));
  EXPECT_FALSE(poller->add(outside.get(), watcher, loop::Trigger::counter));
}

}  // namespace
}  // namespace coachwhip::models
