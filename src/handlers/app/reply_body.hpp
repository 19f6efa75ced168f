// ReplyBody: an application's answer that is still coming, as a source that the connection pulls.
#pragma once

#include "exchange/call.hpp"
#include "handlers/app/request_feed.hpp"
#include "http/body.hpp"

namespace coachwhip::handlers::app {

class ReplyBody final : public http::BodySource {
 public:
  ReplyBody(exchange::Call call, RequestFeed feed, std::optional<std::uint64_t> length)
      : call_(std::move(call)), feed_(std::move(feed)), length_(length) {}

  Task<Result<Bytes>> read() override;
  std::optional<std::uint64_t> length() const override { return length_; }
  Bytes ready() override;

 private:
  void consume_given();

  exchange::Call call_;
  RequestFeed feed_;
  std::optional<std::uint64_t> length_;
  std::size_t given_ = 0;  // bytes of the ring that the reader has, until it asks for more
};

}  // namespace coachwhip::handlers::app
