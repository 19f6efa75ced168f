// uring: one loop; what to watch is written into a ring that the kernel reads, what is ready comes
// back through another.
//
// Teaches: asking need not be a call. All wishes of a turn lie in shared memory; one system call
// hands them over, waits, and has the answers, and a connection that is watched once goes on
// telling. Letting the ring do the reads and writes too would be another shape of program.
// Breaks: at one core; and old kernels and many containers forbid it, for its history of holes.
// Known from: TigerBeetle; an option of libuv and of Ceph.
#include <cerrno>
#include <liburing.h>
#include <poll.h>

#include "base/assert.hpp"
#include "models/level_poller.hpp"
#include "models/models.hpp"

namespace coachwhip::models {
namespace {

constexpr unsigned ring_entries = 1024;
constexpr std::uint64_t of_nobody = ~std::uint64_t{0};

class UringPoller final : public loop::Poller {
 public:
  UringPoller() = default;
  UringPoller(const UringPoller&) = delete;
  UringPoller& operator=(const UringPoller&) = delete;
  ~UringPoller() override {
    if (open_) io_uring_queue_exit(&ring_);
  }

  Result<void> open() {
    // One thread writes and reads, so the kernel need not interrupt it to have answers ready.
    int failed = io_uring_queue_init(ring_entries, &ring_,
                                     IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
    if (failed == -EINVAL) failed = io_uring_queue_init(ring_entries, &ring_, 0);  // before 6.1
    if (failed < 0) return fail_errno("io_uring", -failed);
    open_ = true;
    return {};
  }

  Result<void> add(int fd, loop::Watcher& watcher, loop::Trigger trigger) override {
    const auto index = static_cast<std::size_t>(fd);
    if (watched_.size() <= index) watched_.resize(index + 1);
    watched_[index] = {&watcher, trigger, watched_[index].life + 1};
    ask(fd);
    return {};
  }

  void remove(int fd, loop::Watcher& watcher) override {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= watched_.size() || watched_[index].watcher != &watcher) return;
    watched_[index].watcher = nullptr;
    std::erase(unasked_, fd);
    io_uring_sqe& entry = next_entry();
    // Not POLL_REMOVE, which fails while an answer is under way.
    io_uring_prep_cancel64(&entry, tag(fd), 0);
    io_uring_sqe_set_data64(&entry, of_nobody);
    ++watched_[index].life;
    // The kernel holds the file, and with it the connection, as long as it watches it.
    io_uring_submit_and_get_events(&ring_);
  }

  void rearm(int, loop::Direction) override {}

  void wait(Duration limit) override {
    for (const int fd : unasked_) ask(fd);
    unasked_.clear();
    __kernel_timespec time{};
    const timespec until = loop::to_timespec(limit);
    time.tv_sec = until.tv_sec;
    time.tv_nsec = until.tv_nsec;
    io_uring_cqe* first = nullptr;
    const int waited = io_uring_submit_and_wait_timeout(
        &ring_, &first, 1, limit == forever ? nullptr : &time, nullptr);
    COACHWHIP_ASSERT(waited >= 0 || waited == -ETIME || waited == -EINTR || waited == -EBUSY);
    unsigned head = 0;
    unsigned count = 0;
    io_uring_cqe* answer = nullptr;
    io_uring_for_each_cqe(&ring_, head, answer) {
      ++count;
      if (answer->user_data != of_nobody) answers_.emplace_back(*answer);
    }
    io_uring_cq_advance(&ring_, count);
  }

  void dispatch() override {
    telling_.swap(answers_);
    for (const Answer& answer : telling_) tell(answer);
    telling_.clear();
  }

  TimePoint now() override { return Clock::now(); }

 private:
  struct Watched {
    loop::Watcher* watcher = nullptr;  // null: the descriptor is not watched
    loop::Trigger trigger = loop::Trigger::level;
    std::uint32_t life = 0;  // of this descriptor's number
  };

  struct Answer {
    explicit Answer(const io_uring_cqe& answer)
        : tag(answer.user_data),
          events(static_cast<short>(answer.res < 0 ? POLLERR : answer.res)),
          goes_on((answer.flags & IORING_CQE_F_MORE) != 0) {}
    std::uint64_t tag;
    short events;
    bool goes_on;  // there will be others
  };

  // An answer carries the life that it was asked in, so that one that comes too late is recognised.
  std::uint64_t tag(int fd) const {
    return std::uint64_t{watched_[static_cast<std::size_t>(fd)].life} << 32 |
           static_cast<unsigned>(fd);
  }

  io_uring_sqe& next_entry() {
    io_uring_sqe* entry = io_uring_get_sqe(&ring_);
    if (entry == nullptr) {
      io_uring_submit(&ring_);
      entry = io_uring_get_sqe(&ring_);
    }
    COACHWHIP_ASSERT(entry != nullptr);
    return *entry;
  }

  // Once for all changes to come, or, of what is to be told while it is so, for one answer.
  void ask(int fd) {
    const loop::Trigger trigger = watched_[static_cast<std::size_t>(fd)].trigger;
    io_uring_sqe& entry = next_entry();
    if (trigger == loop::Trigger::edge) {
      io_uring_prep_poll_multishot(&entry, fd, POLLIN | POLLOUT | POLLRDHUP);
    } else if (trigger == loop::Trigger::counter) {
      io_uring_prep_poll_multishot(&entry, fd, POLLIN);
    } else {
      io_uring_prep_poll_add(&entry, fd, POLLIN);
    }
    io_uring_sqe_set_data64(&entry, tag(fd));
  }

  void tell(const Answer& answer) {
    const auto fd = static_cast<int>(answer.tag & 0xffffffff);
    const Watched& told = watched_[static_cast<std::size_t>(fd)];
    if (told.watcher == nullptr || told.life != answer.tag >> 32) return;
    if (!answer.goes_on) unasked_.push_back(fd);
    told.watcher->on_ready(readiness_of(answer.events));
  }

  io_uring ring_{};
  bool open_ = false;
  std::vector<Watched> watched_;  // by descriptor
  std::vector<int> unasked_;      // watched, but to be asked about anew
  std::vector<Answer> answers_;
  std::vector<Answer> telling_;
};

}  // namespace

const Model uring{
    .name = "uring",
    .summary = "one loop; asks and is told through rings that it shares with the kernel",
    .breaks = "at one core, and where io_uring is forbidden",
    .known_from = "TigerBeetle; libuv by option",
    .make_poller = []() -> Result<std::unique_ptr<loop::Poller>> {
      auto poller = std::make_unique<UringPoller>();
      auto opened = poller->open();
      if (!opened) return pass(std::move(opened.error()));
      return poller;
    },
};

}  // namespace coachwhip::models
