#include "compress/file_body.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace coachwhip::compress {
namespace {

constexpr std::uint64_t piece_bytes = std::uint64_t{64} * 1024;

}  // namespace

Result<Bytes> FileBody::next() {
  if (!std::exchange(is_ahead_, false)) {
    Result<void> filled = fill();
    if (!filled) return pass(std::move(filled.error()));
  }
  return Bytes(buffer_);
}

Bytes FileBody::ready() {
  if (!is_ahead_) is_ahead_ = fill().has_value();
  return is_ahead_ ? Bytes(buffer_) : Bytes();
}

Result<void> FileBody::fill() {
  buffer_.resize(std::min(piece_bytes, range_.count - done_));
  if (buffer_.empty()) return {};
  ssize_t count = 0;
  do {
    count = ::pread(range_.file, buffer_.data(), buffer_.size(),
                    static_cast<off_t>(range_.offset + done_));
  } while (count < 0 && errno == EINTR);
  if (count < 0) return fail_errno("cannot read a file to compress it", errno);
  if (count == 0) return fail(ErrorKind::io, EIO, "a file to compress has become shorter");
  buffer_.resize(static_cast<std::size_t>(count));
  done_ += buffer_.size();
  return {};
}

}  // namespace coachwhip::compress
