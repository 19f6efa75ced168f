// RequestFeed: moves a request's body from the client into a call.
//
// A small body is collected before the worker is asked, so that a slow client holds no Python
// thread. A larger one flows: what the client has sent already goes in at once; the client is
// waited for only when the worker waits too, because only then can there be no answer to look for.
#pragma once

#include <optional>
#include <string>

#include "exchange/call.hpp"
#include "http/body.hpp"

namespace coachwhip::handlers::app {

class RequestFeed {
 public:
  // The source outlives the feed.
  explicit RequestFeed(http::BodySource& source) : source_(source), ended_(source.length() == 0) {}

  // Reads until the end of the body or until the ring of a call would be full. Error: the client
  // failed.
  Task<Result<void>> collect();

  // The length of the whole body, if it is known by now. Before push().
  std::optional<std::uint64_t> length() const;

  // Gives to the call what was collected or read and not taken yet.
  void push(exchange::Call& call);
  // Feeds what needs no waiting, or, while the worker waits for the body, what the client sends
  // next.
  Task<void> feed(exchange::Call& call);
  bool ended() const { return ended_ && rest_.empty(); }

 private:
  http::BodySource& source_;
  std::string collected_;
  Bytes rest_;  // read from the source and not yet taken by the ring
  bool ended_;
};

}  // namespace coachwhip::handlers::app
