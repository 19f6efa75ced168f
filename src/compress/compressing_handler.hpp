// CompressingHandler: sends what another handler answers in the content coding that the client
// takes most gladly.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "http/accept_encoding.hpp"
#include "http/handler.hpp"
#include "loop/loop.hpp"

namespace coachwhip::compress {

// For answers that are made anew each time. Whole content is encoded at once, what still comes
// while it is sent. An entity tag becomes weak, since nobody promises the same bytes twice.
class CompressingHandler final : public http::Handler {
 public:
  // The loop is the one of those who ask, and outlives the handler, which outlives its answers.
  CompressingHandler(std::unique_ptr<http::Handler> next, loop::Loop& loop)
      : next_(std::move(next)), loop_(loop) {}

  Task<http::Response> handle(http::Request& request) override;

 private:
  // Encoders at a time, a megabyte or two each: who comes next gets the answer as it is.
  static constexpr std::size_t streams_max = 256;

  bool is_affordable(const http::Response& response) const;
  void encode(http::Response& response, http::ContentCoding coding);

  std::unique_ptr<http::Handler> next_;
  loop::Loop& loop_;
  std::size_t streams_ = 0;  // that are encoded while they are sent
};

}  // namespace coachwhip::compress
