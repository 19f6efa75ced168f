// Call: one request on its way through the exchange, as the front's coroutine sees it.
#pragma once

#include <coroutine>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/unique_fd.hpp"
#include "exchange/lane.hpp"
#include "exchange/record.hpp"
#include "http/body.hpp"

namespace coachwhip::exchange {

// Owns its slot from acquire() on. Destroying it gives the request up: the worker that has it is
// told. The order is: write_request, feed, submit; then changed() and look, until answered.
class Call {
 public:
  Call(Lane& lane, std::uint32_t slot);
  Call(Call&& other) noexcept;
  Call& operator=(Call&&) = delete;
  ~Call();

  Result<void> write_request(const http::Request& request,
                             std::optional<std::uint64_t> content_length);
  // Body bytes for the worker; returns how many were taken.
  std::size_t feed(Bytes bytes);
  void end_body(FlowEnd end);
  // Queues the request. Once, but for resubmit().
  void submit();

  // Suspends until something happened since it last returned.
  auto changed() {
    struct Awaiter {
      Call& call;
      bool await_ready() const { return call.pending_; }
      void await_suspend(std::coroutine_handle<> awaiter) { call.waiter_ = awaiter; }
      void await_resume() { call.pending_ = false; }
    };
    return Awaiter{*this};
  }

  // It waited longer than the queue's time limit; no worker has seen it.
  bool expired() const { return expired_; }
  // The worker that had it is gone. With the body intact it can be queued again.
  bool orphaned() const { return orphaned_; }
  bool can_resubmit() const;
  void resubmit();

  // The worker waits for more of the body.
  bool wants_body() const;
  // The worker has stated a head or written bytes that were not taken yet.
  bool has_unread_reply() const;
  bool has_room() const;  // feed() would take bytes

  // The head of the answer; nullptr until it is there. Valid until the lane's next. Call it until
  // it gives one, then no more.
  Result<const Reply*> take_reply();
  // The fields of interim answers that are there now, in their order. They come before the
  // answer's bytes: take them as long as there are any.
  bool has_hints() const { return hints_end() != reply_read_; }
  Result<std::vector<http::Headers>> take_hints();
  // Bytes of the answer that are there now; a contiguous part.
  Result<Bytes> reply_bytes();
  void consume_reply(std::size_t count);
  // The flow's end. Look at it before the head and the bytes: what was written before it is then in
  // sight, while an end that is seen afterwards may have come with more.
  FlowEnd reply_end();
  // The file of an answer of that kind.
  UniqueFd take_file();

  // The answer is complete and in one piece: gives up the call and keeps only the bytes, from where
  // they were consumed to, until they are sent.
  bool is_whole();
  http::Lease into_lease();

 private:
  friend class Lane;
  Slot& shared() { return lane_->shared(slot_); }
  const Slot& shared() const { return lane_->shared(slot_); }
  void poke();
  std::uint64_t hints_end() const;

  Lane* lane_;
  std::uint32_t slot_;
  std::coroutine_handle<> waiter_;
  std::uint64_t body_written_ = 0;
  std::uint64_t reply_read_ = 0;
  std::uint64_t hints_end_ = 0;  // where the body begins; known with the head
  TimePoint submitted_at_{};
  bool pending_ = false;
  bool expired_ = false;
  bool orphaned_ = false;
  bool reply_taken_ = false;
};

}  // namespace coachwhip::exchange
