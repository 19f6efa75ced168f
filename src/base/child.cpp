#include "base/child.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.hpp"

namespace coachwhip {
namespace {

void close_all_but(std::vector<int> kept) {
  std::ranges::sort(kept);
  int next = STDERR_FILENO + 1;
  for (const int fd : kept) {
    if (fd > next) {
      ::close_range(static_cast<unsigned>(next), static_cast<unsigned>(fd - 1), 0);
    }
    next = std::max(next, fd + 1);
  }
  ::close_range(static_cast<unsigned>(next), ~0U, 0);
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP}) std::signal(signal, SIG_IGN);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// noexcept: an exception must not unwind into the parent's functions.
[[noreturn]] void live(pid_t parent, std::vector<int> descriptors,
                       const std::function<int()>& body) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  close_all_but(std::move(descriptors));
  reset_signals();
  ::_exit(body());
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& string : strings) out.push_back(const_cast<char*>(string.c_str()));
  out.push_back(nullptr);
  return out;
}

}  // namespace

Result<pid_t> start_child(std::vector<int> descriptors, const std::function<int()>& body) {
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return fail_errno("cannot start another process", errno);
  if (pid == 0) live(parent, std::move(descriptors), body);
  return pid;
}

int execute(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
            const std::vector<int>& descriptors) {
  for (const int fd : descriptors) ::fcntl(fd, F_SETFD, 0);
  ::execve(arguments.front().c_str(), pointers(arguments).data(), pointers(environment).data());
  log::error("cannot run " + arguments.front() + ": " + std::strerror(errno));
  return 127;
}

bool Ending::has_exit_code(int code) const {
  return WIFEXITED(status_) && WEXITSTATUS(status_) == code;
}

std::string Ending::text() const {
  if (WIFEXITED(status_)) return "exit code " + std::to_string(WEXITSTATUS(status_));
  const int signal = WTERMSIG(status_);
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string("signal SIG") + name : "signal " + std::to_string(signal);
}

}  // namespace coachwhip
