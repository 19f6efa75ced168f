// EncodedBody: a body in a content coding, encoded while it is sent.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "compress/encoder.hpp"
#include "http/body.hpp"
#include "loop/loop.hpp"

namespace coachwhip::compress {

// What the source gives is passed on before it is waited for again: an event that an application
// sends reaches its client at once. Of what the source has at hand more is taken first, so that it
// becomes shorter. Fails where the source does, and where that ends before its length.
class EncodedBody final : public http::BodySource {
 public:
  // The loop is the reader's. `bodies` counts those that there are, and outlives them.
  EncodedBody(std::unique_ptr<http::BodySource> source, http::ContentCoding coding,
              loop::Loop& loop, std::size_t& bodies);
  EncodedBody(const EncodedBody&) = delete;
  EncodedBody& operator=(const EncodedBody&) = delete;
  ~EncodedBody() override { --bodies_; }

  Task<Result<Bytes>> read() override;
  std::optional<std::uint64_t> length() const override { return std::nullopt; }

 private:
  Result<void> take(Bytes piece);

  std::unique_ptr<http::BodySource> source_;
  loop::Loop& loop_;
  std::size_t& bodies_;
  std::optional<std::uint64_t> left_;  // of the source, if it knows
  std::unique_ptr<Encoder> encoder_;
  std::string out_;
  std::uint64_t until_yield_;
  bool is_finished_ = false;
};

}  // namespace coachwhip::compress
