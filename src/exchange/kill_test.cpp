// Worker processes that are killed at random moments under load.
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "exchange/test_clients.hpp"

namespace coachwhip::exchange {
namespace {

constexpr std::size_t lanes_under_test = 2;
constexpr std::size_t workers_under_test = 3;
constexpr int requests_per_client = 150;

// Starts worker processes, kills one after the other and tells each death through a pipe, until it
// is killed itself. A process of its own, forked before this one has threads.
class Killer {
 public:
  Killer(Segment& segment, std::span<const LaneFds> fds) : segment_(segment), fds_(fds) {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
    deaths_.reset(pipe[0]);
    announcements_.reset(pipe[1]);
    process_ = ::fork();
    if (process_ == 0) run();
    announcements_.reset();
  }
  ~Killer() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  // The owner id of the next worker that died; nullopt if none did for a while.
  std::optional<std::uint32_t> next_death() {
    pollfd readable{deaths_.get(), POLLIN, 0};
    std::uint32_t owner = 0;
    if (::poll(&readable, 1, 20) != 1) return std::nullopt;
    if (::read(deaths_.get(), &owner, sizeof owner) != sizeof owner) return std::nullopt;
    return owner;
  }

 private:
  [[noreturn]] void run() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Random random(4711);
    std::array<pid_t, workers_under_test> workers{};
    std::array<std::uint32_t, workers_under_test> incarnations{};
    for (std::size_t cell = 0; cell < workers_under_test; ++cell) workers[cell] = start(cell, 0);
    for (;;) {
      ::usleep(static_cast<useconds_t>(random() % 8000));
      const std::size_t cell = random() % workers_under_test;
      ::kill(workers[cell], SIGKILL);
      ::waitpid(workers[cell], nullptr, 0);
      const std::uint32_t owner = make_owner(cell, incarnations[cell]);
      if (::write(announcements_.get(), &owner, sizeof owner) != sizeof owner) ::_exit(1);
      workers[cell] = start(cell, ++incarnations[cell]);
    }
  }

  pid_t start(std::size_t cell, std::uint32_t incarnation) {
    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    if (process != 0) return process;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(0);  // it was killed before
    WorkerContext context{
        .segment = segment_, .lanes = fds_, .worker = cell, .incarnation = incarnation};
    Taker taker(context, 0);
    for (;;) {
      if (auto job = taker.take()) {
        echo(*job);
      } else {
        taker.sleep();
      }
    }
  }

  Segment& segment_;
  std::span<const LaneFds> fds_;
  UniqueFd deaths_;
  UniqueFd announcements_;
  pid_t process_ = -1;
};

TEST(Kill, RandomKillsLoseNothingUnreported) {
  Segment segment = *Segment::create({.lanes = lanes_under_test, .slots_per_lane = 64});
  std::vector<std::unique_ptr<TestFront>> fronts;
  std::vector<LaneFds> fds;
  for (std::size_t lane = 0; lane < lanes_under_test; ++lane) {
    fronts.push_back(std::make_unique<TestFront>(segment, LaneOptions{.cells = workers_under_test},
                                                 *loop::make_epoll_poller(), lane));
    fds.push_back(fronts.back()->fds());
  }
  Killer killer(segment, fds);
  std::vector<Tally> tallies(lanes_under_test);
  std::atomic<std::size_t> running{lanes_under_test};
  std::vector<std::thread> threads;
  for (unsigned lane = 0; lane < lanes_under_test; ++lane) {
    threads.emplace_back([&, lane] {
      run_front(*fronts[lane], lane, requests_per_client, tallies[lane]);
      --running;
    });
  }
  int deaths = 0;
  while (running > 0) {
    const auto owner = killer.next_death();
    if (!owner) continue;
    ++deaths;
    for (auto& front : fronts) {
      front->loop().post([&lane = front->lane(), gone = *owner] { lane.worker_gone(gone); });
    }
  }
  for (auto& thread : threads) thread.join();
  for (auto& front : fronts) EXPECT_EQ(front->lane().busy(), 0U);
  expect_complete(tallies, requests_per_client);
  EXPECT_GT(deaths, 5);
}

}  // namespace
}  // namespace coachwhip::exchange
