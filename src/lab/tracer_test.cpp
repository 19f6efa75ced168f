#include "lab/tracer.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/child.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

// A traced process runs `body` after the hook. Its end is waited for.
Result<Recording> record(const std::function<int()>& body, TraceMode mode = TraceMode::record) {
  auto tracer = Tracer::start(mode, 20s);
  if (!tracer) return pass(std::move(tracer.error()));
  const auto pid = start_child({}, [&] {
    tracer->hook()();
    return body();
  });
  EXPECT_TRUE(pid.has_value());
  int status = 0;
  EXPECT_EQ(::waitpid(*pid, &status, 0), *pid);
  return tracer->finish(5s);
}

std::size_t count(const Recording& recording, long number) {
  return static_cast<std::size_t>(std::ranges::count(recording.calls, number, &SystemCall::number));
}

// Where ptrace is forbidden, that is said, with a remedy.
bool is_refused(const Result<Recording>& recording) {
  if (recording) return false;
  EXPECT_NE(recording.error().message.find("allow it"), std::string::npos)
      << recording.error().message;
  return true;
}

TEST(Tracer, RecordsAThreadAndAForkedProcess) {
  const auto recording = record([] {
    std::thread([] { std::this_thread::sleep_for(20ms); }).join();
    const pid_t child = ::fork();
    std::array<char, 7> bytes{};
    if (child == 0) ::_exit(static_cast<int>(::read(-1, bytes.data(), bytes.size())));
    return ::waitpid(child, nullptr, 0) == child ? 0 : 1;
  });
  if (is_refused(recording)) return;
  ASSERT_GE(recording->threads.size(), 3U);  // a sanitizer has threads of its own
  const auto sleep = std::ranges::find_if(recording->calls, [](const SystemCall& call) {
    return call.number == SYS_clock_nanosleep && call.process != call.thread;
  });
  ASSERT_NE(sleep, recording->calls.end());
  EXPECT_GE(sleep->ended - sleep->began, 20ms);
  const auto read = std::ranges::find(recording->calls, SYS_read, &SystemCall::number);
  ASSERT_NE(read, recording->calls.end());
  EXPECT_EQ(read->result, -EBADF);
  EXPECT_EQ(read->arguments[2], 7U);
  EXPECT_NE(read->process, sleep->process);
  const auto child = std::ranges::find(recording->threads, read->thread, &TracedThread::thread);
  ASSERT_NE(child, recording->threads.end());
  EXPECT_EQ(child->parent, sleep->process);
}

TEST(Tracer, KeepsWhatWasReadAndMergesWaitsInVain) {
  std::array<int, 2> ends{};
  const auto recording = record([&] {
    if (::pipe(ends.data()) != 0) return 1;
    std::array<char, 8> bytes{};
    pollfd asked{.fd = ends[0], .events = POLLIN, .revents = 0};
    for (int i = 0; i < 100; ++i) ::poll(&asked, 1, 0);
    if (::write(ends[1], "hello", 5) != 5) return 1;
    return ::read(ends[0], bytes.data(), bytes.size()) == 5 ? 0 : 1;
  });
  if (is_refused(recording)) return;
  const auto poll = std::ranges::find(recording->calls, 100U, &SystemCall::times);
  ASSERT_NE(poll, recording->calls.end());
  EXPECT_TRUE(is_wait(*poll));
  EXPECT_EQ(count(*recording, poll->number), 1U);
  EXPECT_GT(recording->calls_in_all, 103U);
  const auto read = std::ranges::find(recording->calls, SYS_read, &SystemCall::number);
  ASSERT_NE(read, recording->calls.end());
  EXPECT_EQ(read->text(), "hello");
}

TEST(Tracer, DeliversSignalsAndSurvivesStops) {
  const auto recording = record([] {
    std::signal(SIGUSR1, [](int) { ::close(-1); });
    ::raise(SIGUSR1);
    const pid_t stopped = ::fork();
    if (stopped == 0) ::_exit(::raise(SIGSTOP));
    int status = 0;
    ::waitpid(stopped, &status, WUNTRACED);
    if (!WIFSTOPPED(status)) return 1;
    ::kill(stopped, SIGCONT);
    ::waitpid(stopped, &status, 0);
    return WIFEXITED(status) ? 0 : 2;
  });
  if (is_refused(recording)) return;
  EXPECT_EQ(count(*recording, SYS_close), 1U);
  EXPECT_GE(recording->threads.size(), 2U);
}

TEST(Tracer, CountsByNameAndKillsWhoDoesNotEnd) {
  auto tracer = Tracer::start(TraceMode::count, 20s);
  ASSERT_TRUE(tracer.has_value());
  const auto pid = start_child({}, [&] {
    tracer->hook()();
    for (int i = 0; i < 50; ++i) ::syscall(SYS_getppid);
    return ::pause();
  });
  ASSERT_TRUE(pid.has_value());
  const TimePoint deadline = Clock::now() + 5s;
  while (tracer->check() && tracer->counts()["getppid"] < 50 && Clock::now() < deadline) {
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(!tracer->check() || tracer->counts()["getppid"] == 50);
  EXPECT_FALSE(tracer->finish(10ms).has_value());
  EXPECT_EQ(::waitpid(*pid, nullptr, 0), *pid);
}

}  // namespace
}  // namespace coachwhip::lab
