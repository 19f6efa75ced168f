#include "lab/tracer.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>

#include "base/child.hpp"
#include "lab/tracing.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr int not_traced = 126;
constexpr Duration seizing_max = 5s;

template <class T>
std::vector<T> read_all(const UniqueFd& file) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return {};
  std::vector<T> rows(static_cast<std::size_t>(status.st_size) / sizeof(T));
  std::size_t done = 0;
  const std::size_t total = rows.size() * sizeof(T);
  while (done < total) {
    const ssize_t got = ::pread(file.get(), reinterpret_cast<char*>(rows.data()) + done,
                                total - done, static_cast<off_t>(done));
    if (got <= 0) return {};
    done += static_cast<std::size_t>(got);
  }
  return rows;
}

void be_traced(Tracer::Shared& shared, pid_t tracer) {
  // Where only descendants may be traced (Yama), this one says who else may.
  ::prctl(PR_SET_PTRACER, tracer);
  shared.tracee = ::getpid();
  const TimePoint deadline = Clock::now() + seizing_max;
  while (shared.answer == 0 && Clock::now() < deadline) std::this_thread::sleep_for(1ms);
  int nothing = 0;
  shared.answer.compare_exchange_strong(nothing, -ETIMEDOUT);
  if (shared.answer != 1) ::_exit(not_traced);
}

}  // namespace

void Tracer::Unmap::operator()(Shared* shared) const { ::munmap(shared, sizeof(Shared)); }

Result<Tracer> Tracer::start(TraceMode mode, Duration limit) {
  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                        -1, 0);
  if (memory == MAP_FAILED) return fail_errno("mmap", errno);
  Tracer tracer;
  tracer.shared_.reset(new (memory) Shared());
  tracer.calls_.reset(::memfd_create("calls", MFD_CLOEXEC));
  tracer.threads_.reset(::memfd_create("threads", MFD_CLOEXEC));
  if (!tracer.calls_ || !tracer.threads_) return fail_errno("memfd_create", errno);
  const int calls = tracer.calls_.get();
  const int threads = tracer.threads_.get();
  auto pid = start_child({calls, threads}, [&] {
    ::alarm(static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(limit).count()));
    return run_tracer(*tracer.shared_, mode == TraceMode::record ? calls : -1, threads);
  });
  if (!pid) return pass(std::move(pid.error()));
  tracer.pid_ = *pid;
  tracer.process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  if (!tracer.process_) return fail_errno("pidfd_open", errno);
  return tracer;
}

Tracer::Tracer(Tracer&& other) noexcept
    : shared_(std::move(other.shared_)),
      calls_(std::move(other.calls_)),
      threads_(std::move(other.threads_)),
      process_(std::move(other.process_)),
      pid_(std::exchange(other.pid_, -1)) {}

Tracer::~Tracer() { end(Duration::zero()); }

std::function<void()> Tracer::hook() const {
  return [shared = shared_.get(), tracer = pid_] { be_traced(*shared, tracer); };
}

Result<void> Tracer::check() const {
  const int answer = shared_->answer;
  if (answer >= 0) return {};
  std::string message = std::string("the server cannot be traced: ptrace: ") +
                        std::strerror(-answer) + "; ";
  message += answer == -EIO || answer == -EINVAL || answer == -ENOSYS
                 ? "it needs Linux 5.3 or newer"
                 : "allow it (in a container: --cap-add SYS_PTRACE; on a host: sysctl "
                   "kernel.yama.ptrace_scope=1), and end other debuggers of this program";
  return fail(ErrorKind::io, -answer, std::move(message));
}

CallCounts Tracer::counts() const {
  CallCounts counts;
  for (std::size_t number = 0; number < shared_->counts.size(); ++number) {
    const std::uint64_t count = shared_->counts[number];
    if (count != 0) counts[call_name(static_cast<std::int64_t>(number))] = count;
  }
  return counts;
}

bool Tracer::end(Duration patience) {
  if (pid_ < 0) return true;
  pollfd process{.fd = process_.get(), .events = POLLIN, .revents = 0};
  const TimePoint deadline = Clock::now() + patience;
  int ended = 0;
  do {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    ended = ::poll(&process, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
  } while (ended < 0 && errno == EINTR);
  if (ended <= 0) ::kill(pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return Ending(status).has_exit_code(0);
}

Result<Recording> Tracer::finish(Duration patience) {
  const bool ended = end(patience);
  auto checked = check();
  if (!checked) return pass(std::move(checked.error()));
  if (!ended) return fail(ErrorKind::timed_out, 0, "the traced processes did not end");
  Recording recording{.calls = read_all<SystemCall>(calls_),
                      .threads = read_all<TracedThread>(threads_)};
  for (const auto& count : shared_->counts) recording.calls_in_all += count;
  return recording;
}

}  // namespace coachwhip::lab
