// EncodedContent: a file's content in a content coding, made once and sent to many.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "http/body.hpp"
#include "http/range.hpp"

namespace coachwhip::compress {

// Immutable but for the mark of use; shared among threads.
class EncodedContent {
 public:
  explicit EncodedContent(std::string bytes);

  Bytes bytes() const { return bytes_; }
  // CRC-32 of the bytes. Another release of a library may make other bytes of the same content.
  std::uint32_t checksum() const { return checksum_; }

  // Says that somebody has sent it since the mark was last taken.
  void mark() const {
    if (!is_marked_.load(std::memory_order_relaxed)) {
      is_marked_.store(true, std::memory_order_relaxed);
    }
  }
  bool take_mark() const { return is_marked_.exchange(false, std::memory_order_relaxed); }

 private:
  std::string bytes_;
  std::uint32_t checksum_;
  mutable std::atomic<bool> is_marked_ = false;
};

// A part of the bytes as the body of an answer, which keeps them until it was sent and copies none.
// The range lies within them.
http::Body make_body(std::shared_ptr<const EncodedContent> content, http::ByteRange range);

}  // namespace coachwhip::compress
