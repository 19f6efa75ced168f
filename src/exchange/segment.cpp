#include "exchange/segment.hpp"

#include <cerrno>
#include <memory>
#include <new>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <utility>

#include "base/assert.hpp"

namespace coachwhip::exchange {
namespace {

constexpr std::size_t page = 4096;

constexpr std::size_t round_up(std::size_t size, std::size_t to) {
  return (size + to - 1) / to * to;
}

constexpr std::size_t workers_offset = page;
constexpr std::size_t lanes_offset = round_up(workers_offset + workers_max * sizeof(WorkerCell),
                                              page);

static_assert(sizeof(Slot) % cache_line == 0);
static_assert(sizeof(LaneHeader) % cache_line == 0);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

bool is_sound(Shape shape) {
  return shape.lanes >= 1 && shape.lanes <= lanes_max && shape.slots_per_lane >= 64 &&
         shape.slots_per_lane <= 65536 && shape.slots_per_lane % 64 == 0;
}

Result<char*> map(int fd, std::size_t size) {
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return fail_errno("mapping the exchange", errno);
  return static_cast<char*>(memory);
}

}  // namespace

Segment::Plan::Plan(Shape shape)
    : queue_offset(sizeof(LaneHeader)),
      attention_offset(queue_offset + shape.slots_per_lane * 2 * sizeof(std::uint64_t)),
      slots_offset(round_up(attention_offset + shape.slots_per_lane / 8, page)),
      lane_size(round_up(slots_offset + shape.slots_per_lane * sizeof(Slot), page)),
      size(lanes_offset + shape.lanes * lane_size) {}

Segment::Segment(UniqueFd fd, Shape shape, char* memory)
    : fd_(std::move(fd)),
      shape_(shape),
      plan_(shape),
      memory_(memory),
      lanes_(memory + lanes_offset) {}

Result<Segment> Segment::create(Shape shape) {
  COACHWHIP_ASSERT(is_sound(shape));
  const Plan plan(shape);
  UniqueFd fd(::memfd_create("coachwhip-exchange", 0));
  if (!fd) return fail_errno("memfd_create", errno);
  if (::ftruncate(fd.get(), static_cast<off_t>(plan.size)) != 0) {
    return fail_errno("sizing the exchange", errno);
  }
  auto memory = map(fd.get(), plan.size);
  if (!memory) return pass(std::move(memory.error()));
  // Fresh pages are zero, and zero is the initial state of everything in the layout.
  new (*memory) SegmentHeader{magic, layout_version, shape, plan.size};
  return Segment(std::move(fd), shape, *memory);
}

Result<Segment> Segment::open(int raw_fd) {
  UniqueFd fd(raw_fd);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return fail_errno("opening the exchange", errno);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size < page) return fail(ErrorKind::bad_input, 0, "the exchange is too small");
  auto memory = map(fd.get(), size);
  if (!memory) return pass(std::move(memory.error()));
  const auto& header = *reinterpret_cast<const SegmentHeader*>(*memory);
  if (header.magic_number != magic || header.version != layout_version || header.size != size ||
      !is_sound(header.shape) || Plan(header.shape).size != size) {
    ::munmap(*memory, size);
    return fail(
        ErrorKind::bad_input, 0,
        "the exchange was made by another version of coachwhip; the executable and the Python "
        "package must be of the same installation");
  }
  return Segment(std::move(fd), header.shape, *memory);
}

Segment::Segment(Segment&& other) noexcept
    : fd_(std::move(other.fd_)),
      shape_(other.shape_),
      plan_(other.plan_),
      memory_(std::exchange(other.memory_, nullptr)),
      lanes_(other.lanes_) {}

Segment::~Segment() {
  if (memory_ != nullptr) ::munmap(memory_, plan_.size);
}

WorkerCell& Segment::worker(std::size_t index) {
  COACHWHIP_ASSERT(index < workers_max);
  return reinterpret_cast<WorkerCell*>(memory_ + workers_offset)[index];
}

}  // namespace coachwhip::exchange
