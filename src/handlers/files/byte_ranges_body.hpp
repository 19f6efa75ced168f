// ByteRangesBody: several ranges of a file, as multipart/byteranges (RFC 9110 section 14.6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "handlers/files/open_file.hpp"
#include "http/body.hpp"
#include "http/range.hpp"

namespace coachwhip::handlers::files {

class ByteRangesBody final : public http::BodySource {
 public:
  // The ranges lie within the file. `content_type` takes the place of the file's own, unless it is
  // empty.
  ByteRangesBody(OpenFile& file, std::span<const http::ByteRange> ranges, Bytes content_type = {});

  // With the boundary: random, so that no content can be made to hold it.
  const std::string& content_type() const { return content_type_; }
  Task<Result<Bytes>> read() override;
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  Result<Bytes> fill();

  std::string content_type_;
  std::vector<http::Body> pieces_;  // text, and Lease or FileRange, by turns
  std::uint64_t length_ = 0;
  std::size_t next_ = 0;      // of pieces_
  std::uint64_t offset_ = 0;  // in the next one
  std::string buffer_;
};

}  // namespace coachwhip::handlers::files
