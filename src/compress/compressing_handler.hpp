// CompressingHandler: sends what another handler answers in the content coding that the client
// takes most gladly.
#pragma once

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
  // The loop is the one of those who ask, and outlives the handler.
  CompressingHandler(std::unique_ptr<http::Handler> next, loop::Loop& loop)
      : next_(std::move(next)), loop_(loop) {}

  Task<http::Response> handle(http::Request& request) override;

 private:
  void encode(http::Response& response, http::ContentCoding coding);

  std::unique_ptr<http::Handler> next_;
  loop::Loop& loop_;
};

}  // namespace coachwhip::compress
