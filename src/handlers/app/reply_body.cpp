#include "handlers/app/reply_body.hpp"

namespace coachwhip::handlers::app {

void ReplyBody::consume_given() {
  if (given_ != 0) call_.consume_reply(std::exchange(given_, 0));
}

Bytes ReplyBody::ready() {
  consume_given();
  const Result<Bytes> bytes = call_.reply_bytes();
  return bytes ? *bytes : Bytes{};
}

Task<Result<Bytes>> ReplyBody::read() {
  consume_given();
  for (;;) {
    // The end is looked at first: what was written before it is then in sight.
    const exchange::FlowEnd end = call_.reply_end();
    Result<Bytes> bytes = call_.reply_bytes();
    if (!bytes) co_return bytes;
    if (!bytes->empty()) {
      given_ = bytes->size();
      co_return bytes;
    }
    if (end == exchange::FlowEnd::ended) co_return Bytes{};
    if (end == exchange::FlowEnd::broken || call_.orphaned()) {
      co_return fail(ErrorKind::closed, 0, "the application broke off its answer");
    }
    if (!feed_.ended()) co_await feed_.feed(call_);
    co_await call_.changed();
  }
}

}  // namespace coachwhip::handlers::app
