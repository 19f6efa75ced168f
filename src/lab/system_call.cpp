#include "lab/system_call.hpp"

#include <algorithm>
#include <linux/futex.h>
#include <sys/syscall.h>

namespace coachwhip::lab {
namespace {

struct Row {
  std::int64_t number;
  std::string_view name;
  CallKind kind = CallKind::other;
};

#define CALL(name) \
  Row { SYS_##name, #name }
#define CALL_OF_KIND(name, kind) \
  Row { SYS_##name, #name, CallKind::kind }

constexpr std::array rows{
#ifdef SYS_poll  // what newer processors have no numbers for
    CALL_OF_KIND(accept, accept),
    CALL_OF_KIND(poll, wait),
    CALL_OF_KIND(select, wait),
    CALL_OF_KIND(epoll_wait, wait),
    CALL(open),
    CALL(stat),
    CALL(fork),
    CALL(vfork),
    CALL(pipe),
    CALL(dup2),
    CALL(access),
    CALL(readlink),
    CALL(arch_prctl),
    CALL(epoll_create),
    CALL(eventfd),
    CALL(mkdir),
    CALL(unlink),
    CALL(getdents),
#endif
    CALL_OF_KIND(accept4, accept),
    CALL_OF_KIND(ppoll, wait),
    CALL_OF_KIND(pselect6, wait),
    CALL_OF_KIND(epoll_pwait, wait),
    CALL_OF_KIND(epoll_pwait2, wait),
    CALL_OF_KIND(io_uring_enter, wait),
    CALL_OF_KIND(futex, wait),
    CALL_OF_KIND(nanosleep, wait),
    CALL_OF_KIND(clock_nanosleep, wait),
    CALL_OF_KIND(wait4, wait),
    CALL_OF_KIND(waitid, wait),
    CALL_OF_KIND(rt_sigtimedwait, wait),
    CALL_OF_KIND(read, read),
    CALL_OF_KIND(readv, read),
    CALL_OF_KIND(recvfrom, read),
    CALL_OF_KIND(recvmsg, read),
    CALL_OF_KIND(write, write),
    CALL_OF_KIND(writev, write),
    CALL_OF_KIND(sendto, write),
    CALL_OF_KIND(sendmsg, write),
    CALL_OF_KIND(sendfile, write),
    CALL_OF_KIND(close, close),
    CALL_OF_KIND(close_range, close),
    CALL(shutdown),
    CALL(epoll_ctl),
    CALL(epoll_create1),
    CALL(io_uring_setup),
    CALL(io_uring_register),
    CALL(eventfd2),
    CALL(socket),
    CALL(socketpair),
    CALL(connect),
    CALL(bind),
    CALL(listen),
    CALL(getsockname),
    CALL(getpeername),
    CALL(setsockopt),
    CALL(getsockopt),
    CALL(pread64),
    CALL(pwrite64),
    CALL(openat),
    CALL(openat2),
    CALL(newfstatat),
    CALL(fstat),
    CALL(statx),
    CALL(lseek),
    CALL(fcntl),
    CALL(ioctl),
    CALL(dup),
    CALL(dup3),
    CALL(pipe2),
    CALL(getdents64),
    CALL(readlinkat),
    CALL(unlinkat),
    CALL(mkdirat),
    CALL(faccessat2),
    CALL(memfd_create),
    CALL(mmap),
    CALL(munmap),
    CALL(mprotect),
    CALL(mremap),
    CALL(madvise),
    CALL(brk),
    CALL(clone),
    CALL(clone3),
    CALL(execve),
    CALL(exit),
    CALL(exit_group),
    CALL(kill),
    CALL(tgkill),
    CALL(getpid),
    CALL(gettid),
    CALL(getppid),
    CALL(prctl),
    CALL(prlimit64),
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(rt_sigreturn),
    CALL(sigaltstack),
    CALL(signalfd4),
    CALL(timerfd_create),
    CALL(timerfd_settime),
    CALL(set_robust_list),
    CALL(set_tid_address),
    CALL(rseq),
    CALL(sched_yield),
    CALL(sched_setaffinity),
    CALL(sched_getaffinity),
    CALL(clock_gettime),
    CALL(getrandom),
    CALL(getcwd),
    CALL(chdir),
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    CALL(sysinfo),
    CALL(uname),
    CALL(umask),
    CALL(inotify_init1),
    CALL(inotify_add_watch)};

#undef CALL
#undef CALL_OF_KIND

const Row* find(std::int64_t number) {
  const auto found = std::ranges::find(rows, number, &Row::number);
  return found == rows.end() ? nullptr : &*found;
}

std::uint64_t futex_command(const SystemCall& call) {
  return call.arguments[1] & static_cast<std::uint64_t>(FUTEX_CMD_MASK);
}

}  // namespace

std::string call_name(std::int64_t number) {
  const Row* row = find(number);
  return row != nullptr ? std::string(row->name) : "call " + std::to_string(number);
}

CallKind call_kind(std::int64_t number) {
  const Row* row = find(number);
  return row != nullptr ? row->kind : CallKind::other;
}

bool is_futex_wait(const SystemCall& call) {
  return call.number == SYS_futex &&
         (futex_command(call) == FUTEX_WAIT || futex_command(call) == FUTEX_WAIT_BITSET);
}

bool is_futex_wake(const SystemCall& call) {
  return call.number == SYS_futex &&
         (futex_command(call) == FUTEX_WAKE || futex_command(call) == FUTEX_WAKE_BITSET);
}

bool is_futex_shared(const SystemCall& call) {
  return call.number == SYS_futex && (call.arguments[1] & FUTEX_PRIVATE_FLAG) == 0;
}

bool is_wait(const SystemCall& call) {
  return call.number == SYS_futex ? is_futex_wait(call) : call_kind(call.number) == CallKind::wait;
}

}  // namespace coachwhip::lab
