// Buffer: a growable run of bytes, written at its end and consumed from its front.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace coachwhip {

// Not thread-safe. Views into it are valid until the next call that is not const.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t capacity) { reserve(capacity); }
  Buffer(Buffer&&) noexcept;
  Buffer& operator=(Buffer&&) noexcept;

  Bytes readable() const { return {data_.get() + begin_, end_ - begin_}; }
  std::span<char> writable() { return {data_.get() + end_, capacity_ - end_}; }
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }
  std::size_t capacity() const { return capacity_; }

  // `count` bytes of writable() were filled.
  void commit(std::size_t count) {
    COACHWHIP_ASSERT(count <= capacity_ - end_);
    end_ += count;
  }
  // `count` bytes of readable() were used.
  void consume(std::size_t count) {
    COACHWHIP_ASSERT(count <= size());
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Forgets everything after the first `count` bytes of readable().
  void truncate(std::size_t count) {
    COACHWHIP_ASSERT(count <= size());
    end_ = begin_ + count;
  }
  void clear() { begin_ = end_ = 0; }

  void append(Bytes bytes) {
    if (bytes.empty()) return;
    if (bytes.size() > capacity_ - end_) reserve(size() + bytes.size());
    std::memcpy(data_.get() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
  }

  // Makes room for `total` bytes in all, counted from the front; moves bytes to the start first.
  void reserve(std::size_t total);
  // Frees the memory; the buffer must be empty.
  void release();

 private:
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace coachwhip
