#include "base/buffer.hpp"

#include <utility>

namespace coachwhip {

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::move(other.data_)),
      capacity_(std::exchange(other.capacity_, 0)),
      begin_(std::exchange(other.begin_, 0)),
      end_(std::exchange(other.end_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  data_ = std::move(other.data_);
  capacity_ = std::exchange(other.capacity_, 0);
  begin_ = std::exchange(other.begin_, 0);
  end_ = std::exchange(other.end_, 0);
  return *this;
}

void Buffer::reserve(std::size_t total) {
  if (total <= capacity_ - begin_) return;
  const std::size_t used = size();
  if (total <= capacity_) {
    std::memmove(data_.get(), data_.get() + begin_, used);
  } else {
    const std::size_t capacity = std::max(total, capacity_ * 2);
    auto grown = std::make_unique_for_overwrite<char[]>(capacity);
    if (used != 0) std::memcpy(grown.get(), data_.get() + begin_, used);
    data_ = std::move(grown);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = used;
}

void Buffer::release() {
  COACHWHIP_ASSERT(empty());
  data_.reset();
  capacity_ = begin_ = end_ = 0;
}

}  // namespace coachwhip
