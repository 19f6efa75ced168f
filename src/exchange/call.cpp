#include "exchange/call.hpp"

#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "exchange/byte_ring.hpp"
#include "exchange/futex.hpp"

namespace coachwhip::exchange {

Call::Call(Lane& lane, std::uint32_t slot) : lane_(&lane), slot_(slot) {
  lane_->slots_[slot_].call = this;
}

Call::Call(Call&& other) noexcept
    : lane_(std::exchange(other.lane_, nullptr)),
      slot_(other.slot_),
      waiter_(other.waiter_),
      body_written_(other.body_written_),
      reply_read_(other.reply_read_),
      hints_end_(other.hints_end_),
      submitted_at_(other.submitted_at_),
      pending_(other.pending_),
      expired_(other.expired_),
      orphaned_(other.orphaned_),
      reply_taken_(other.reply_taken_) {
  if (lane_ != nullptr) lane_->slots_[slot_].call = this;
}

Call::~Call() {
  if (lane_ != nullptr) lane_->release(slot_);
}

void Call::poke() {
  pending_ = true;
  if (waiter_) std::exchange(waiter_, nullptr).resume();
}

Result<void> Call::write_request(const http::Request& request,
                                 std::optional<std::uint64_t> content_length) {
  auto size = exchange::write_request({shared().request_head, request_head_bytes}, request,
                                      content_length);
  if (!size) return pass(std::move(size.error()));
  shared().request_head_size.store(static_cast<std::uint32_t>(*size), std::memory_order_relaxed);
  return {};
}

bool Call::has_room() const { return body_written_ - shared().request.read.load() < ring_bytes; }

std::size_t Call::feed(Bytes bytes) {
  Flow& flow = shared().request;
  const std::uint64_t held = body_written_ - flow.read.load();
  if (held > ring_bytes) return 0;  // the worker lies; its request will stall until it is given up
  bytes = bytes.substr(0, ring_bytes - held);
  if (bytes.empty()) return 0;
  ring_append(shared().request_ring, body_written_, bytes);
  body_written_ += bytes.size();
  flow.written.store(body_written_);
  if (shared().worker_waits.load() != 0) ring(shared().bell);
  return bytes.size();
}

void Call::end_body(FlowEnd end) {
  shared().request.end.store(end);
  if (shared().worker_waits.load() != 0) ring(shared().bell);
}

void Call::submit() {
  submitted_at_ = lane_->loop_.now();
  // The worker tells when it waits for a body that is still coming.
  if (shared().request.end.load() == FlowEnd::open) shared().front_waits.store(1);
  lane_->enqueue(slot_);
}

bool Call::can_resubmit() const { return body_written_ <= ring_bytes && !reply_taken_; }

void Call::resubmit() {
  COACHWHIP_ASSERT(orphaned_ && can_resubmit());
  const FlowEnd end = shared().request.end.load();
  lane_->reset(shared());
  shared().request.written.store(body_written_);
  shared().request.end.store(end);
  reply_read_ = 0;
  orphaned_ = pending_ = false;
  submit();
}

bool Call::wants_body() const { return shared().worker_waits.load() != 0 && has_room(); }

Result<const Reply*> Call::take_reply() {
  const std::size_t size = shared().reply_head_size.load(std::memory_order_acquire);
  if (size == 0) return nullptr;
  reply_taken_ = true;
  auto reply = lane_->replies_.read({shared().reply_head, std::min(size, reply_head_bytes + 1)});
  if (reply) hints_end_ = (*reply)->hints_end;
  return reply;
}

bool Call::has_unread_reply() const {
  if (!reply_taken_ && shared().reply_head_size.load() != 0) return true;
  return shared().reply.written.load() != reply_read_;
}

// Without a head there is nothing but hints. The head is looked for last: what was written behind
// one that has come meanwhile is content.
std::uint64_t Call::hints_end() const {
  if (reply_taken_) return hints_end_;
  const std::uint64_t written = shared().reply.written.load(std::memory_order_acquire);
  return shared().reply_head_size.load() == 0 ? written : reply_read_;
}

// To where they end now: the worker must not hold the front by writing more and more.
Result<std::vector<http::Headers>> Call::take_hints() {
  const auto malformed = [] {
    return fail(ErrorKind::bad_input, 0, "the worker's answer is malformed: its early hints");
  };
  const char* const ring = shared().reply_ring;
  std::vector<http::Headers> all;
  for (std::uint64_t left = hints_end() - reply_read_; left > 0;) {
    HintsSize size = 0;
    if (left > ring_bytes || left < sizeof size) return malformed();
    std::memcpy(&size, ring_copy(ring, reply_read_, sizeof size).data(), sizeof size);
    if (size > left - sizeof size) return malformed();
    auto hints = read_hints(ring_copy(ring, reply_read_ + sizeof size, size));
    if (!hints) return pass(std::move(hints.error()));
    all.push_back(std::move(*hints));
    consume_reply(sizeof size + size);
    left -= sizeof size + size;
  }
  return all;
}

Result<Bytes> Call::reply_bytes() {
  const std::uint64_t written = shared().reply.written.load(std::memory_order_acquire);
  if (written - reply_read_ > ring_bytes) {
    return fail(ErrorKind::bad_input, 0, "the worker's answer is malformed: its length");
  }
  return ring_front(shared().reply_ring, reply_read_, written);
}

void Call::consume_reply(std::size_t count) {
  reply_read_ += count;
  shared().reply.read.store(reply_read_);
  if (shared().worker_waits.load() != 0) ring(shared().bell);
}

FlowEnd Call::reply_end() {
  // Queued: a late attention bit of the slot's earlier life may have made the caller look.
  const Phase phase = lane_->state(slot_).phase;
  if (phase == Phase::claimed || phase == Phase::queued) return FlowEnd::open;
  // Whoever let go of the slot without an end has broken it off.
  return shared().reply.end.load() == FlowEnd::ended ? FlowEnd::ended : FlowEnd::broken;
}

UniqueFd Call::take_file() {
  lane_->collect_files();
  return std::move(lane_->slots_[slot_].file);
}

bool Call::is_whole() {
  if (reply_end() != FlowEnd::ended) return false;
  const std::uint64_t written = shared().reply.written.load(std::memory_order_acquire);
  const std::uint64_t size = written - reply_read_;
  return reply_read_ == hints_end_ && size <= ring_bytes - reply_read_ % ring_bytes;
}

http::Lease Call::into_lease() {
  const std::uint64_t written = shared().reply.written.load(std::memory_order_acquire);
  const Bytes bytes = ring_front(shared().reply_ring, reply_read_, written);
  Lane& lane = *std::exchange(lane_, nullptr);
  Lane::Entry& entry = lane.slots_[slot_];
  entry.call = nullptr;
  lane.set_in_flight(entry, false);  // the worker let go, though its attention bit may still come
  return {bytes, lane, slot_};
}

}  // namespace coachwhip::exchange
