#include "handlers/app/request_feed.hpp"

namespace coachwhip::handlers::app {
namespace {

// More than photographs and forms are; what is larger is sent by programs, which are patient.
constexpr std::uint64_t spooled_bytes_max = 16 << 20;

}  // namespace

// Of a body that is too large to be complete beforehand, only a beginning is waited for.
std::uint64_t RequestFeed::collect_max() const {
  const bool fits = source_.length().value_or(0) <= spooled_bytes_max;
  return fits ? spooled_bytes_max : exchange::ring_bytes;
}

Task<Result<void>> RequestFeed::collect() {
  const std::uint64_t most = collect_max();
  while (!ended_ && size_ < most) {
    Result<Bytes> read = co_await source_.read();
    if (!read) co_return pass(std::move(read.error()));
    ended_ = read->empty();
    if (size_ == 0 && source_.length() == read->size()) {
      // All of it has come at once: it stays where it is.
      rest_ = *read;
      ended_ = true;
    } else {
      auto kept = keep(*read);
      if (!kept) co_return kept;
    }
    size_ += read->size();
  }
  co_return Result<void>{};
}

Result<void> RequestFeed::keep(Bytes bytes) {
  if (spool_.empty() && collected_.size() + bytes.size() <= exchange::ring_bytes) {
    rest_ = collected_.append(bytes);
    return {};
  }
  return spool_.append(bytes);
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
      const bool is_spooled = !spool_.empty();
      if (!is_spooled && source_.ready().empty() && !may_wait) co_return;
      Result<Bytes> read = Bytes();
      if (is_spooled) {
        read = spool_.read();
      } else {
        read = co_await source_.read();
      }
      if (!read) {
        ended_ = true;
        call.end_body(exchange::FlowEnd::broken);
        co_return;
      }
      ended_ |= read->empty();
      rest_ = *read;
    }
    push(call);
  }
}

}  // namespace coachwhip::handlers::app
