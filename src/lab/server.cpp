#include "lab/server.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr Duration between_looks = 2ms;
constexpr std::size_t error_lines = 5;

// Ours, without what would configure the server behind the user's back.
std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string variable(*entry);
    if (!variable.starts_with("COACHWHIP_")) variables.push_back(variable);
  }
  return variables;
}

Duration duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

std::string last_lines(const std::string& text, std::size_t count) {
  std::size_t begin = text.size();
  while (count > 0 && begin > 0) {
    const std::size_t newline = text.rfind('\n', begin - 1);
    begin = newline == std::string::npos ? 0 : newline;
    if (begin + 1 < text.size()) --count;
  }
  if (begin < text.size() && text[begin] == '\n') ++begin;
  return text.substr(begin, text.find_last_not_of('\n') + 1 - begin);
}

// Of the line "serving … on http://127.0.0.1:PORT …"; 0: it has not come yet.
std::uint16_t port_of(const std::string& log) {
  constexpr std::string_view address = "http://127.0.0.1:";
  std::size_t at = log.find("serving ");
  if (at == std::string::npos) return 0;
  at = log.find(address, at);
  if (at == std::string::npos) return 0;
  const char* begin = log.data() + at + address.size();
  std::uint16_t port = 0;
  const auto read = std::from_chars(begin, log.data() + log.size(), port);
  // The number is whole only once something follows it.
  return read.ptr == log.data() + log.size() ? 0 : port;
}

int become_server(const Server::Start& start, const std::string& program, int log_file) {
  ::dup2(log_file, STDOUT_FILENO);
  ::dup2(log_file, STDERR_FILENO);
  ::close(log_file);
  if (::chdir(start.folder.c_str()) != 0) return 1;
  if (start.cpus) ::sched_setaffinity(0, sizeof(*start.cpus), &*start.cpus);
  std::vector<std::string> arguments{program, "--bind", "127.0.0.1:0"};
  arguments.insert(arguments.end(), start.arguments.begin(), start.arguments.end());
  const std::vector<std::string> variables = environment();
  if (start.before_program) start.before_program();
  return execute(arguments, variables, {});
}

}  // namespace

Result<Server> Server::start(Start start) {
  std::error_code failed;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return fail_errno("/proc/self/exe", failed.value());
  UniqueFd log_file(::memfd_create("log", MFD_CLOEXEC));
  if (!log_file) return fail_errno("a file in memory", errno);
  const int fd = log_file.get();
  auto pid = start_child({fd}, [&] { return become_server(start, program, fd); });
  if (!pid) return pass(std::move(pid.error()));
  UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  Server server(*pid, std::move(process), std::move(log_file));
  if (!server.process_) return fail_errno("pidfd_open", errno);
  return server;
}

Server::Server(pid_t pid, UniqueFd process, UniqueFd log_file)
    : pid_(pid), process_(std::move(process)), log_file_(std::move(log_file)) {}

Server::Server(Server&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      process_(std::move(other.process_)),
      log_file_(std::move(other.log_file_)),
      port_(other.port_) {}

Server::~Server() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  reap();
}

std::string Server::log() const {
  std::string text;
  char piece[4096];
  for (;;) {
    const ssize_t count = ::pread(log_file_.get(), piece, sizeof(piece),
                                  static_cast<off_t>(text.size()));
    if (count <= 0) return text;
    text.append(piece, static_cast<std::size_t>(count));
  }
}

bool Server::is_ready() {
  if (port_ == 0) port_ = port_of(log());
  return port_ != 0;
}

Result<void> Server::wait_ready(Duration patience) {
  const TimePoint deadline = Clock::now() + patience;
  while (!is_ready()) {
    const bool ended = has_ended(between_looks);
    if (is_ready() && !ended) break;
    if (ended) return fail(ErrorKind::closed, 0, last_lines(log(), error_lines));
    if (Clock::now() < deadline) continue;
    return fail(ErrorKind::timed_out, 0, "does not serve yet: " + last_lines(log(), error_lines));
  }
  return {};
}

bool Server::has_ended(Duration patience) const {
  pollfd process{.fd = process_.get(), .events = POLLIN, .revents = 0};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
  return ::poll(&process, 1, static_cast<int>(std::max<std::int64_t>(0, milliseconds))) > 0;
}

Result<Usage> Server::stop(Duration patience) {
  if (pid_ < 0) return fail(ErrorKind::closed, 0, "the server has been stopped before");
  ::kill(pid_, SIGTERM);
  const TimePoint deadline = Clock::now() + patience;
  bool ended = false;
  // A signal to us ends a wait early.
  while (!ended && Clock::now() < deadline) ended = has_ended(deadline - Clock::now());
  if (!ended) ::kill(pid_, SIGKILL);
  const Usage usage = reap();
  if (!ended) {
    return fail(ErrorKind::timed_out, 0, "did not end: " + last_lines(log(), error_lines));
  }
  return usage;
}

Usage Server::reap() {
  rusage used{};
  int status = 0;
  while (::wait4(pid_, &status, 0, &used) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return {.cpu = duration_of(used.ru_utime) + duration_of(used.ru_stime),
          .voluntary_switches = static_cast<std::uint64_t>(used.ru_nvcsw),
          .involuntary_switches = static_cast<std::uint64_t>(used.ru_nivcsw)};
}

}  // namespace coachwhip::lab
