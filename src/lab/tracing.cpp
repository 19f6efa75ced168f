#include "lab/tracing.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <netinet/in.h>
#include <set>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <thread>

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                         PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
                         PTRACE_O_EXITKILL;
constexpr int system_call_stop = SIGTRAP | 0x80;
constexpr std::size_t kept_max = 400'000;
constexpr std::size_t buffered_max = 1024;

std::string read_proc(pid_t pid, std::string_view name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + std::string(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

pid_t process_of(pid_t thread) {
  constexpr std::string_view field = "\nTgid:\t";
  const std::string status = read_proc(thread, "status");
  const std::size_t at = status.find(field);
  return at == std::string::npos ? thread : std::atoi(status.c_str() + at + field.size());
}

std::size_t read_memory(pid_t pid, std::uint64_t address, void* into, std::size_t size) {
  iovec local{.iov_base = into, .iov_len = size};
  iovec remote{.iov_base = reinterpret_cast<void*>(address), .iov_len = size};
  const ssize_t got = ::process_vm_readv(pid, &local, 1, &remote, 1, 0);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

bool write_all(int file, const void* data, std::size_t size) {
  const char* next = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(file, next, size);
    if (written <= 0) return false;
    next += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

class Tracing {
 public:
  Tracing(Tracer::Shared& shared, int calls) : shared_(shared), calls_(calls) {}

  bool seize(pid_t pid);
  void follow();
  void write_threads(int file) const;

 private:
  struct Followed {
    TracedThread thread;
    SystemCall call;  // under way, or merged and not yet written
    bool inside = false;
    bool has_merged = false;
    SystemCall merged;
  };

  Followed& welcome(pid_t tid, pid_t parent);
  void say_goodbye(pid_t tid);
  void stopped(pid_t tid, int status);
  void on_event(pid_t tid, int event);
  void on_system_call(Followed& followed);
  void look(SystemCall& call) const;
  void keep(Followed& followed);
  void write(const SystemCall& call);
  void flush();
  static void go_on(pid_t tid, int signal) {
    ::ptrace(PTRACE_SYSCALL, tid, nullptr, static_cast<std::uintptr_t>(signal));
  }

  Tracer::Shared& shared_;
  int calls_;
  std::map<pid_t, Followed> followed_;
  std::set<pid_t> early_;  // stopped; who started them is not known yet
  std::vector<TracedThread> ended_;
  std::vector<SystemCall> buffer_;
  std::size_t kept_ = 0;
};

bool Tracing::seize(pid_t pid) {
  int status = 0;
  if (::ptrace(PTRACE_SEIZE, pid, nullptr, options) != 0 ||
      ::ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr) != 0 ||
      ::waitpid(pid, &status, __WALL) != pid) {
    shared_.answer = -errno;
    return false;
  }
  __ptrace_syscall_info info{};
  if (::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) < 0) {
    shared_.answer = -errno;
    return false;
  }
  welcome(pid, 0);
  shared_.answer = 1;
  go_on(pid, 0);
  return true;
}

// Until nobody is left. What is under way at the end is nobody's.
void Tracing::follow() {
  for (;;) {
    int status = 0;
    const pid_t tid = ::waitpid(-1, &status, __WALL);
    if (tid < 0 && errno == EINTR) continue;
    if (tid < 0) break;
    if (WIFSTOPPED(status)) {
      stopped(tid, status);
    } else {
      say_goodbye(tid);
    }
  }
  flush();
}

Tracing::Followed& Tracing::welcome(pid_t tid, pid_t parent) {
  Followed& followed = followed_[tid];
  TracedThread& thread = followed.thread;
  thread = {.process = process_of(tid), .thread = tid, .parent = parent, .began = Clock::now()};
  return followed;
}

void Tracing::say_goodbye(pid_t tid) {
  early_.erase(tid);
  const auto found = followed_.find(tid);
  if (found == followed_.end()) return;
  if (found->second.has_merged) write(found->second.merged);
  found->second.thread.ended = Clock::now();
  ended_.push_back(found->second.thread);
  followed_.erase(found);
}

void Tracing::stopped(pid_t tid, int status) {
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  const auto found = followed_.find(tid);
  if (found == followed_.end()) {
    early_.insert(tid);  // it goes on when its parent's event has told of it
  } else if (signal == system_call_stop) {
    on_system_call(found->second);
    go_on(tid, 0);
  } else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
    ::ptrace(PTRACE_LISTEN, tid, nullptr, nullptr);  // stopped by the terminal or an operator
  } else if (event != 0) {
    on_event(tid, event);
    go_on(tid, 0);
  } else {
    go_on(tid, signal);
  }
}

void Tracing::on_event(pid_t tid, int event) {
  TracedThread& thread = followed_[tid].thread;
  unsigned long message = 0;
  ::ptrace(PTRACE_GETEVENTMSG, tid, nullptr, &message);
  if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
    const auto child = static_cast<pid_t>(message);
    welcome(child, thread.process);
    if (early_.erase(child) != 0) go_on(child, 0);
  } else if (event == PTRACE_EVENT_EXIT) {
    const std::string name = read_proc(tid, "comm");
    std::copy_n(name.begin(), std::min(name.find('\n'), thread.name_bytes.size() - 1),
                thread.name_bytes.begin());
    thread.is_worker = read_proc(tid, "cmdline").find("coachwhip.worker") != std::string::npos;
  }
}

void Tracing::on_system_call(Followed& followed) {
  __ptrace_syscall_info info{};
  const pid_t tid = followed.thread.thread;
  if (::ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info) < 0) return;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    followed.inside = true;
    followed.call = {.process = followed.thread.process,
                     .thread = tid,
                     .number = static_cast<std::int64_t>(info.entry.nr),
                     .began = Clock::now()};
    std::copy_n(std::begin(info.entry.args), 6, followed.call.arguments.begin());
    ++shared_.counts[std::min<std::size_t>(info.entry.nr, shared_.counts.size() - 1)];
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && std::exchange(followed.inside, false)) {
    followed.call.ended = Clock::now();
    followed.call.result = info.exit.rval;
    if (calls_ >= 0 && call_kind(followed.call.number) != CallKind::other) keep(followed);
  }
}

// Reads from its memory what the story needs.
void Tracing::look(SystemCall& call) const {
  const CallKind kind = call_kind(call.number);
  if (kind == CallKind::accept && call.result >= 0 && call.arguments[1] != 0) {
    sockaddr_in address{};
    if (read_memory(call.process, call.arguments[1], &address, sizeof address) == sizeof address) {
      call.peer_port = ntohs(address.sin_port);
    }
  }
  if (kind != CallKind::read || call.result <= 0) return;
  std::uint64_t buffer = call.arguments[1];
  if (call.number == SYS_readv || call.number == SYS_recvmsg) {
    iovec first{};
    if (call.number == SYS_recvmsg) {
      msghdr message{};
      read_memory(call.process, buffer, &message, sizeof message);
      buffer = reinterpret_cast<std::uint64_t>(message.msg_iov);
    }
    if (read_memory(call.process, buffer, &first, sizeof first) != sizeof first) return;
    buffer = reinterpret_cast<std::uint64_t>(first.iov_base);
  }
  const auto size = std::min(static_cast<std::size_t>(call.result), call.text_bytes.size());
  call.text_size = static_cast<std::uint16_t>(
      read_memory(call.process, buffer, call.text_bytes.data(), size));
}

// Questions in vain are one: who asks without end would fill the file.
void Tracing::keep(Followed& followed) {
  look(followed.call);
  const bool in_vain = is_wait(followed.call) && followed.call.result == 0 &&
                       !is_futex_wait(followed.call);
  if (followed.has_merged && in_vain && followed.merged.number == followed.call.number) {
    followed.merged.ended = followed.call.ended;
    ++followed.merged.times;
    return;
  }
  if (std::exchange(followed.has_merged, in_vain)) write(followed.merged);
  if (in_vain) {
    followed.merged = followed.call;
  } else {
    write(followed.call);
  }
}

void Tracing::write(const SystemCall& call) {
  if (++kept_ > kept_max) return;
  buffer_.push_back(call);
  if (buffer_.size() >= buffered_max) flush();
}

void Tracing::flush() {
  if (calls_ >= 0) write_all(calls_, buffer_.data(), buffer_.size() * sizeof(SystemCall));
  buffer_.clear();
}

void Tracing::write_threads(int file) const {
  write_all(file, ended_.data(), ended_.size() * sizeof(TracedThread));
}

}  // namespace

int run_tracer(Tracer::Shared& shared, int calls, int threads) {
  while (shared.tracee == 0) std::this_thread::sleep_for(1ms);
  Tracing tracing(shared, calls);
  if (!tracing.seize(shared.tracee)) return 1;
  tracing.follow();
  tracing.write_threads(threads);
  return 0;
}

}  // namespace coachwhip::lab
