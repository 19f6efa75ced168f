#include "lab/load.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>

#include "lab/loopback.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

const std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

// Serves up to `places` connections, the others wait in the kernel; each request is answered with
// the same bytes. It ends with the object.
class FakeServer {
 public:
  explicit FakeServer(std::string answer, std::size_t places = 100)
      : answer_(std::move(answer)), places_(places) {
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    sockaddr_in address = loopback(0);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_.get(), generic, sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 100), 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), generic, &size);
    port = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }

  std::uint16_t port = 0;
  std::atomic<int> accepted = 0;

 private:
  void serve(const std::stop_token& stop) {
    std::vector<UniqueFd> connections;
    while (!stop.stop_requested()) {
      std::vector<pollfd> waited;
      for (const UniqueFd& one : connections) waited.push_back({one.get(), POLLIN, 0});
      const bool has_place = connections.size() < places_;
      waited.push_back({has_place ? listener_.get() : -1, POLLIN, 0});
      ::poll(waited.data(), waited.size(), 20);
      if (waited.back().revents != 0) {
        connections.emplace_back(::accept(listener_.get(), nullptr, nullptr));
        ++accepted;
      }
      for (std::size_t i = connections.size(); i-- > 0;) {
        if (i + 1 < waited.size() && waited[i].revents != 0 && !answer(connections[i].get())) {
          connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(i));
        }
      }
    }
  }

  bool answer(int fd) {
    char bytes[1000];
    const ssize_t count = ::recv(fd, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    // A line may end before the request does, if it comes byte by byte.
    const bool is_end = bytes[count - 1] == '\n' && (count > 1 || ++lone_newlines_ % 3 == 0);
    if (!is_end) return true;
    // In pieces: the client puts them together.
    for (const char& byte : answer_) {
      if (::send(fd, &byte, 1, MSG_NOSIGNAL) != 1) return false;
    }
    return !answer_.empty();
  }

  std::string answer_;
  int lone_newlines_ = 0;  // a request that comes byte by byte has three
  std::size_t places_;
  UniqueFd listener_;
  std::jthread thread_;
};

Tally tally_of(const FakeServer& server, Crowd crowd, Duration time = 300ms) {
  Interrupt interrupt;
  crowd.path = "/";
  const auto result = run_load(server.port, {.crowds = {crowd}, .time_max = time}, interrupt);
  EXPECT_TRUE(result.has_value());
  return result ? result->crowds.front() : Tally{};
}

TEST(Load, ClientsAskOnOneConnectionEach) {
  const FakeServer server(good);
  const Tally tally = tally_of(server, {.clients = 3, .requests_min = 4, .requests_max = 4}, 10s);
  EXPECT_EQ(tally.requests, 12U);
  EXPECT_EQ(tally.served_clients, 3U);
  EXPECT_EQ(tally.times.count(), 12U);
  EXPECT_EQ(tally.failed(), 0U);
  EXPECT_EQ(server.accepted, 3);
}

TEST(Load, OrOnANewConnectionForEachRequest) {
  const FakeServer server(good);
  const Crowd crowd{.clients = 2, .keeps_alive = false, .requests_min = 3, .requests_max = 3};
  EXPECT_EQ(tally_of(server, crowd, 10s).requests, 6U);
  EXPECT_EQ(server.accepted, 6);
}

TEST(Load, WhoIsNotServedIsCountedAndEndsWithTheTime) {
  const FakeServer server(good, 1);
  const Tally tally = tally_of(server, {.clients = 5});
  EXPECT_EQ(tally.clients, 5U);
  EXPECT_EQ(tally.connected_clients, 5U);
  EXPECT_EQ(tally.served_clients, 1U);
  EXPECT_GE(tally.unanswered, 4U);
  EXPECT_GT(tally.requests, 0U);
  // They have waited all the time.
  EXPECT_GT(tally.times.quantile(1), 250ms);
}

TEST(Load, AnswersThatAreNotGoodAreFailuresOfAKind) {
  const auto failures = [](const std::string& answer, Failure kind) {
    const FakeServer server(answer);
    const Tally tally = tally_of(server, {.clients = 1}, 60ms);
    EXPECT_EQ(tally.requests, 0U) << answer;
    EXPECT_EQ(tally.failures[static_cast<std::size_t>(kind)], tally.failed()) << answer;
    return tally.failed();
  };
  EXPECT_GT(failures("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", Failure::status), 0U);
  EXPECT_GT(failures("SSH-2.0-OpenSSH\r\n\r\n", Failure::malformed), 0U);
  EXPECT_GT(failures("HTTP/1.1 200 OK\r\n\r\n", Failure::malformed), 0U);
  EXPECT_GT(failures("", Failure::closed), 0U);
}

TEST(Load, NobodyListens) {
  std::uint16_t port = 0;
  {
    port = FakeServer(good).port;
  }
  Interrupt interrupt;
  const auto result = run_load(port, {.crowds = {{.clients = 2}}, .time_max = 60ms}, interrupt);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->crowds[0].requests, 0U);
  EXPECT_GE(result->crowds[0].failures[static_cast<std::size_t>(Failure::refused)], 2U);
}

TEST(Load, CrowdsAreMeasuredApart) {
  const FakeServer server(good);
  Interrupt interrupt;
  const LoadPlan plan{
      .crowds = {{.clients = 2, .is_silent = true},
                 {.clients = 1, .byte_interval = 1ms},
                 {.clients = 1, .requests_min = 5, .requests_max = 5},
                 {.clients = 1, .lingers = true, .requests_min = 1, .requests_max = 1}},
      .time_max = 300ms};
  const auto result = run_load(server.port, plan, interrupt);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->crowds[0].requests, 0U);
  EXPECT_EQ(result->crowds[0].connected_clients, 2U);
  EXPECT_GT(result->crowds[1].requests, 0U);
  EXPECT_GT(result->crowds[1].times.quantile(0.5), 20ms);
  EXPECT_EQ(result->crowds[2].requests, 5U);
  EXPECT_EQ(result->crowds[3].requests, 1U);
}

TEST(Load, UsersComeOneAfterTheOtherAndThink) {
  const FakeServer server(good);
  const Crowd crowd{.clients = 4,
                    .requests_min = 2,
                    .requests_max = 3,
                    .ramp_up = 40ms,
                    .think_min = 5ms,
                    .think_max = 10ms};
  const TimePoint begin = Clock::now();
  const Tally tally = tally_of(server, crowd, 10s);
  EXPECT_GE(Clock::now() - begin, 35ms);
  EXPECT_EQ(tally.served_clients, 4U);
  EXPECT_GE(tally.requests, 8U);
  EXPECT_LE(tally.requests, 12U);
}

TEST(Load, AnInterruptEndsIt) {
  const FakeServer server(good);
  Interrupt interrupt;
  ::raise(SIGINT);
  const TimePoint begin = Clock::now();
  const auto result = run_load(server.port, {.crowds = {{}}, .time_max = 20s}, interrupt);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->is_interrupted);
  EXPECT_TRUE(interrupt.has_come());
  EXPECT_LT(Clock::now() - begin, 5s);
}

}  // namespace
}  // namespace coachwhip::lab
