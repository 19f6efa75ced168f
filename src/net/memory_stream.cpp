#include "net/memory_stream.hpp"

#include <algorithm>
#include <unistd.h>

namespace coachwhip::net {

void MemoryStream::feed(std::string_view bytes) {
  input_ += bytes;
  became_ready({.readable = true});
}

void MemoryStream::feed_end() {
  input_ended_ = true;
  became_ready({.readable = true, .input_ended = true});
}

void MemoryStream::reset() {
  broken_ = true;
  became_ready({.readable = true, .writable = true, .hung_up = true});
}

void MemoryStream::set_write_window(std::size_t count) {
  write_window_ = count;
  if (room(1) != 0) became_ready({.writable = true});
}

std::size_t MemoryStream::room(std::size_t wanted) const {
  const std::size_t window = write_window_ - std::min(write_window_, output_.size());
  return std::min({wanted, write_portion_, window});
}

Io MemoryStream::try_read(std::span<char> into) {
  if (broken_) return {IoStatus::closed};
  if (input_.empty()) {
    if (input_ended_) return {IoStatus::closed};
    read_blocks();
    return {IoStatus::would_block};
  }
  const std::size_t count = std::min({into.size(), input_.size(), read_portion_});
  input_.copy(into.data(), count);
  input_.erase(0, count);
  if (input_.empty() && count < into.size()) read_blocks();
  return {IoStatus::ok, count};
}

Io MemoryStream::try_write(std::span<const iovec> parts, bool) {
  if (broken_ || output_ended_) return {IoStatus::closed};
  std::string all;
  for (const iovec& part : parts) all.append(static_cast<const char*>(part.iov_base), part.iov_len);
  const std::size_t count = room(all.size());
  if (count == 0 && !all.empty()) {
    write_blocks();
    return {IoStatus::would_block};
  }
  output_.append(all, 0, count);
  return {IoStatus::ok, count};
}

Io MemoryStream::try_send_file(int file, off_t offset, std::size_t count) {
  std::string bytes(std::min<std::size_t>(count, 65536), '\0');
  const ssize_t got = ::pread(file, bytes.data(), bytes.size(), offset);
  if (got <= 0) return {IoStatus::closed};
  const iovec part{bytes.data(), static_cast<std::size_t>(got)};
  return try_write({&part, 1});
}

}  // namespace coachwhip::net
