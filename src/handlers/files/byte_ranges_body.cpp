#include "handlers/files/byte_ranges_body.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <unistd.h>
#include <utility>

#include "base/assert.hpp"

namespace coachwhip::handlers::files {
namespace {

constexpr std::size_t buffer_bytes_max = std::size_t{64} * 1024;

std::string make_boundary() {
  constexpr Bytes hex = "0123456789abcdef";
  std::array<unsigned char, 16> random{};
  const int failed = ::getentropy(random.data(), random.size());
  COACHWHIP_ASSERT(failed == 0);
  std::string boundary;
  for (const unsigned char byte : random) {
    boundary += hex[byte >> 4];
    boundary += hex[byte & 15];
  }
  return boundary;
}

// Copies what follows `offset` in the piece: at least a byte, at most what fits.
Result<std::size_t> copy_piece(const http::Body& piece, std::uint64_t offset, std::span<char> to) {
  if (const auto* range = std::get_if<http::FileRange>(&piece)) {
    const std::size_t wanted = std::min<std::uint64_t>(to.size(), range->count - offset);
    ssize_t count = 0;
    do {
      count = ::pread(range->file, to.data(), wanted, static_cast<off_t>(range->offset + offset));
    } while (count < 0 && errno == EINTR);
    if (count < 0) return fail(ErrorKind::io, errno);
    if (count == 0) return fail(ErrorKind::io, EIO);  // the file has been truncated
    return static_cast<std::size_t>(count);
  }
  const auto* lease = std::get_if<http::Lease>(&piece);
  const Bytes whole = lease != nullptr ? lease->bytes() : Bytes(std::get<std::string>(piece));
  return whole.copy(to.data(), to.size(), offset);
}

}  // namespace

ByteRangesBody::ByteRangesBody(OpenFile& file, std::span<const http::ByteRange> ranges,
                               Bytes content_type) {
  const std::string boundary = make_boundary();
  content_type_ = "multipart/byteranges; boundary=" + boundary;
  const Bytes own_type = file.headers().find(http::HeaderId::content_type).value_or(Bytes());
  const Bytes type = content_type.empty() ? own_type : content_type;
  std::string head = "--" + boundary;
  for (const http::ByteRange range : ranges) {
    head.append("\r\nContent-Type: ").append(type);
    head.append("\r\nContent-Range: ").append(http::format_content_range(range, file.size()));
    pieces_.emplace_back(head.append("\r\n\r\n"));
    pieces_.push_back(file.body(range));
    head = "\r\n--" + boundary;
  }
  pieces_.emplace_back(head.append("--\r\n"));
  for (const http::Body& piece : pieces_) length_ += *http::length(piece);
  buffer_.resize(std::min<std::uint64_t>(length_, buffer_bytes_max));
}

Task<Result<Bytes>> ByteRangesBody::read() { co_return fill(); }

Result<Bytes> ByteRangesBody::fill() {
  std::size_t filled = 0;
  while (next_ < pieces_.size() && filled < buffer_.size()) {
    Result<std::size_t> count = copy_piece(pieces_[next_], offset_,
                                           std::span(buffer_).subspan(filled));
    if (!count) return pass(std::move(count.error()));
    filled += *count;
    offset_ += *count;
    if (offset_ < *http::length(pieces_[next_])) continue;
    ++next_;
    offset_ = 0;
  }
  return Bytes(buffer_).substr(0, filled);
}

}  // namespace coachwhip::handlers::files
