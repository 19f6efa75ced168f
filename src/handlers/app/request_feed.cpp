#include "handlers/app/request_feed.hpp"

namespace coachwhip::handlers::app {

Task<Result<void>> RequestFeed::collect() {
  while (!ended_ && rest_.size() < exchange::ring_bytes) {
    Result<Bytes> read = co_await source_.read();
    if (!read) co_return pass(std::move(read.error()));
    ended_ = read->empty();
    if (rest_.empty() && source_.length() == read->size()) {
      // All of it has come at once: it stays where it is.
      rest_ = *read;
      ended_ = true;
    } else {
      rest_ = collected_.append(*read);
    }
  }
  co_return Result<void>{};
}

std::optional<std::uint64_t> RequestFeed::length() const {
  if (ended_) return rest_.size();
  return source_.length();
}

void RequestFeed::push(exchange::Call& call) {
  rest_.remove_prefix(call.feed(rest_));
  if (ended()) call.end_body(exchange::FlowEnd::ended);
}

Task<void> RequestFeed::feed(exchange::Call& call) {
  while (!ended() && call.has_room()) {
    if (rest_.empty()) {
      // In this order: what a waiting worker wrote before is in sight, and the client may wait for
      // it.
      const bool may_wait = call.wants_body() && !call.has_unread_reply();
      if (source_.ready().empty() && !may_wait) co_return;
      Result<Bytes> read = co_await source_.read();
      if (!read) {
        ended_ = true;
        call.end_body(exchange::FlowEnd::broken);
        co_return;
      }
      ended_ = read->empty();
      rest_ = *read;
    }
    push(call);
  }
}

}  // namespace coachwhip::handlers::app
