// uring: one loop; what to wait for is written into a ring that the kernel reads, what is ready
// comes back through another.
//
// Teaches: asking need not be a call. All wishes of a turn lie in shared memory, and one system
// call hands them over, waits, and has the answers. Here the ring only says who is ready; letting
// it do the reads and writes too is the next step, and another shape of program. Breaks: at one
// core; and old kernels and many containers forbid it, for its history of holes. Known from:
// TigerBeetle; an option of libuv and of Ceph.
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

class UringPoller final : public LevelPoller {
 public:
  UringPoller() = default;
  UringPoller(const UringPoller&) = delete;
  UringPoller& operator=(const UringPoller&) = delete;
  ~UringPoller() override {
    if (open_) io_uring_queue_exit(&ring_);
  }

  Result<void> open() {
    const int failed = io_uring_queue_init(ring_entries, &ring_, 0);
    if (failed < 0) return fail_errno("io_uring", -failed);
    open_ = true;
    return {};
  }

  void wait(Duration limit) override {
    for (const int fd : changed_) ask(fd);
    changed_.clear();
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
      take(*answer);
    }
    io_uring_cq_advance(&ring_, count);
  }

 private:
  // What is under way for a descriptor. Its answer carries the number of the question, so that one
  // that comes too late, after a cancellation, is recognised.
  struct Question {
    std::uint32_t number = 0;
    unsigned events = 0;  // 0: none is under way
  };

  Result<void> begin_watching(int fd) override {
    const auto index = static_cast<std::size_t>(fd);
    if (questions_.size() <= index) questions_.resize(index + 1);
    update(fd);
    return {};
  }

  // Most of what changes is changed back before the next wait.
  void update(int fd) override { changed_.push_back(fd); }

  void end_watching(int fd) override {
    std::erase(changed_, fd);
    cancel(fd);
    // The kernel holds the descriptor as long as a question about it is under way.
    io_uring_submit(&ring_);
  }

  static std::uint64_t tag(int fd, const Question& question) {
    return std::uint64_t{question.number} << 32 | static_cast<unsigned>(fd);
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

  void cancel(int fd) {
    Question& question = questions_[static_cast<std::size_t>(fd)];
    if (question.events == 0) return;
    io_uring_sqe& entry = next_entry();
    io_uring_prep_poll_remove(&entry, tag(fd, question));
    io_uring_sqe_set_data64(&entry, of_nobody);
    question.events = 0;
    ++question.number;
  }

  void ask(int fd) {
    const Entry& wish = entries()[static_cast<std::size_t>(fd)];
    const auto events = static_cast<unsigned>(poll_events(wish));
    Question& question = questions_[static_cast<std::size_t>(fd)];
    if (question.events == events) return;
    cancel(fd);
    if (events == 0) return;
    question.events = events;
    io_uring_sqe& entry = next_entry();
    io_uring_prep_poll_add(&entry, fd, events);
    io_uring_sqe_set_data64(&entry, tag(fd, question));
  }

  void take(const io_uring_cqe& answer) {
    if (answer.user_data == of_nobody) return;
    const auto fd = static_cast<int>(answer.user_data & 0xffffffff);
    Question& question = questions_[static_cast<std::size_t>(fd)];
    if (question.events == 0 || question.number != answer.user_data >> 32) return;
    question.events = 0;
    ++question.number;
    // A question is answered once.
    changed_.push_back(fd);
    found(fd, readiness_of(static_cast<short>(answer.res < 0 ? POLLERR : answer.res)));
  }

  io_uring ring_{};
  bool open_ = false;
  std::vector<Question> questions_;  // by descriptor
  std::vector<int> changed_;
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
