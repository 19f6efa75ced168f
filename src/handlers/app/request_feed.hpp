// RequestFeed: moves a request's body from the client into a call.
//
// A body of usual size is collected before the worker is asked, so that a slow client holds no
// Python thread: as much as the ring of a call takes in memory, the rest in a spool. A larger one
// flows: what the client has sent already goes in at once; the client is waited for only when the
// worker waits too, because only then can there be no answer to look for.
#pragma once

#include <optional>
#include <string>

#include "exchange/call.hpp"
#include "handlers/app/spool.hpp"
#include "http/body.hpp"

namespace coachwhip::handlers::app {

class RequestFeed {
 public:
  // The source outlives the feed.
  explicit RequestFeed(http::BodySource& source) : source_(source), ended_(source.length() == 0) {}

  // Reads until the end of the body, or until so much of it is there that it is to flow. Error: the
  // client failed, or (503) there is no room for its body.
  Task<Result<void>> collect();

  // The length of the whole body, if it is known by now.
  std::optional<std::uint64_t> length() const { return ended_ ? size_ : source_.length(); }

  // Gives to the call what was collected or read and not taken yet.
  void push(exchange::Call& call);
  // Feeds what needs no waiting, or, while the worker waits for the body, what the client sends
  // next.
  Task<void> feed(exchange::Call& call);
  bool ended() const { return ended_ && rest_.empty() && spool_.empty(); }

 private:
  std::uint64_t collect_max() const;
  Result<void> keep(Bytes bytes);

  http::BodySource& source_;
  std::string collected_;
  Spool spool_;             // what follows the collected
  Bytes rest_;              // collected or read, and not yet taken by the ring
  std::uint64_t size_ = 0;  // of what was collected
  bool ended_;
};

}  // namespace coachwhip::handlers::app
