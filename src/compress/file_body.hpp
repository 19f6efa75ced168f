// FileBody: a part of a file as a source that reads it, for those who need its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "http/body.hpp"

namespace coachwhip::compress {

class FileBody final : public http::BodySource {
 public:
  explicit FileBody(http::FileRange range) : range_(std::move(range)) {}

  // Fails if the file has become shorter.
  Task<Result<Bytes>> read() override { co_return next(); }
  Result<Bytes> next();  // as read(), without a task
  std::optional<std::uint64_t> length() const override { return range_.count; }
  // A file has always more at hand: reads ahead, and leaves a failure to read().
  Bytes ready() override;

 private:
  Result<void> fill();

  http::FileRange range_;
  std::uint64_t done_ = 0;
  std::string buffer_;
  bool is_ahead_ = false;  // the buffer was not given yet
};

}  // namespace coachwhip::compress
