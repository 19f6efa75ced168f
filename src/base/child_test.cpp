#include "base/child.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/unique_fd.hpp"

namespace coachwhip {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reading.reset(ends[0]);
    writing.reset(ends[1]);
  }

  // Until nobody holds the writing end any more.
  std::string read_all() {
    writing.reset();
    std::string out;
    std::array<char, 64> bytes{};
    ssize_t got = 0;
    while ((got = ::read(reading.get(), bytes.data(), bytes.size())) > 0) {
      out.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return out;
  }

  UniqueFd reading;
  UniqueFd writing;
};

Ending end_of(const Result<pid_t>& child) {
  EXPECT_TRUE(child.has_value());
  int status = 0;
  EXPECT_EQ(::waitpid(*child, &status, 0), *child);
  return Ending(status);
}

TEST(ChildTest, SaysHowAProcessHasEnded) {
  EXPECT_EQ(end_of(start_child({}, [] { return 0; })).text(), "exit code 0");
  const Ending three = end_of(start_child({}, [] { return 3; }));
  EXPECT_EQ(three.text(), "exit code 3");
  EXPECT_TRUE(three.has_exit_code(3));
  const Ending killed = end_of(start_child({}, [] { return ::raise(SIGKILL); }));
  EXPECT_EQ(killed.text(), "signal SIGKILL");
  EXPECT_FALSE(killed.has_exit_code(0));
}

TEST(ChildTest, InheritsNoDescriptorsButThoseNamed) {
  Pipe kept;
  const Pipe other;
  const auto is_open = [](const UniqueFd& fd) { return ::fcntl(fd.get(), F_GETFD) >= 0; };
  const auto body = [&] {
    return is_open(kept.writing) && !is_open(kept.reading) && !is_open(other.writing) ? 0 : 1;
  };
  EXPECT_EQ(end_of(start_child({kept.writing.get()}, body)).text(), "exit code 0");
}

TEST(ChildTest, ExecutesAProgramThatKeepsTheDescriptorsNamed) {
  Pipe pipe;
  const std::vector<int> descriptors{pipe.writing.get()};
  const std::string script = "echo $GREETING > /proc/self/fd/" + std::to_string(descriptors[0]);
  const auto child = start_child(descriptors, [&] {
    return execute({"/bin/sh", "-c", script}, {"GREETING=hello"}, descriptors);
  });
  EXPECT_EQ(pipe.read_all(), "hello\n");
  EXPECT_EQ(end_of(child).text(), "exit code 0");
}

TEST(ChildTest, EndsWith127WhenTheProgramIsMissing) {
  const auto child = start_child({}, [] { return execute({"/nonexistent/python"}, {}, {}); });
  EXPECT_EQ(end_of(child).text(), "exit code 127");
}

TEST(ChildTest, IgnoresTheSignalsOfTheTerminalAndBlocksNone) {
  const auto body = [] {
    for (const int signal : {SIGINT, SIGQUIT, SIGHUP}) ::raise(signal);
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    return ::sigismember(&blocked, SIGTERM);
  };
  sigset_t term;
  sigset_t before;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &term, &before);
  EXPECT_EQ(end_of(start_child({}, body)).text(), "exit code 0");
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST(ChildTest, DiesWithItsParent) {
  Pipe alive;
  const std::vector<int> descriptors{alive.writing.get()};
  const auto parent = start_child(descriptors, [&] {
    const auto child = start_child(descriptors, [] { return ::pause(); });
    return child ? ::raise(SIGKILL) : 1;
  });
  EXPECT_EQ(end_of(parent).text(), "signal SIGKILL");
  EXPECT_EQ(alive.read_all(), "");
}

}  // namespace
}  // namespace coachwhip
