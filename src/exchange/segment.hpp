// Segment: the mapped memory of one exchange and the addresses in it.
#pragma once

#include <span>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "exchange/layout.hpp"

namespace coachwhip::exchange {

// Unmaps when destroyed. Movable; addresses stay.
class Segment {
 public:
  // A new one, all slots free, in a memfd that children inherit (it is not close-on-exec).
  static Result<Segment> create(Shape shape);
  // Maps one that another process created; refuses one of another version or size.
  static Result<Segment> open(int fd);

  Segment(Segment&& other) noexcept;
  Segment& operator=(Segment&&) = delete;
  ~Segment();

  int fd() const { return fd_.get(); }
  Shape shape() const { return shape_; }

  WorkerCell& worker(std::size_t index);
  LaneHeader& lane(std::size_t lane) { return *reinterpret_cast<LaneHeader*>(lane_base(lane)); }
  // Ring of entries, generation << 32 | slot; twice slots_per_lane places.
  std::span<std::atomic<std::uint64_t>> queue(std::size_t lane) {
    return {reinterpret_cast<std::atomic<std::uint64_t>*>(lane_base(lane) + plan_.queue_offset),
            shape_.slots_per_lane * 2};
  }
  std::span<std::atomic<std::uint64_t>> attention(std::size_t lane) {
    return {reinterpret_cast<std::atomic<std::uint64_t>*>(lane_base(lane) + plan_.attention_offset),
            shape_.slots_per_lane / 64};
  }
  Slot& slot(std::size_t lane, std::size_t index) {
    COACHWHIP_ASSERT(index < shape_.slots_per_lane);
    return reinterpret_cast<Slot*>(lane_base(lane) + plan_.slots_offset)[index];
  }

 private:
  // Where things lie. A lane is its header, its queue, its attention words, then its slots.
  struct Plan {
    explicit Plan(Shape shape);
    std::size_t queue_offset;
    std::size_t attention_offset;
    std::size_t slots_offset;
    std::size_t lane_size;
    std::size_t size;
  };

  Segment(UniqueFd fd, Shape shape, char* memory);
  char* lane_base(std::size_t lane) const {
    COACHWHIP_ASSERT(lane < shape_.lanes);
    return lanes_ + lane * plan_.lane_size;
  }

  UniqueFd fd_;
  Shape shape_;
  Plan plan_;
  char* memory_;
  char* lanes_;
};

}  // namespace coachwhip::exchange
