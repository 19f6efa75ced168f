// A worker that writes anything, anywhere it can, between the steps of an honest front: the front
// neither crashes nor reads out of bounds nor loops for ever. It may lose the requests of that
// worker's application.
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <memory>
#include <sys/socket.h>
#include <vector>

#include "base/assert.hpp"
#include "exchange/call.hpp"
#include "exchange/lane.hpp"
#include "exchange/taker.hpp"
#include "http/request.hpp"
#include "loop/fake_poller.hpp"

namespace coachwhip::exchange {
namespace {

constexpr std::uint32_t slot_count = 64;

// Numbers from the fuzzer's bytes; zeros after their end.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  bool at_end() const { return left_ == 0; }
  template <class Number>
  Number next() {
    Number number{};
    const std::size_t count = std::min(sizeof number, left_);
    std::memcpy(&number, data_, count);
    data_ += count;
    left_ -= count;
    return number;
  }
  std::size_t below(std::size_t limit) { return next<std::uint8_t>() % limit; }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

class Front {
 public:
  Front() {
    COACHWHIP_ASSERT(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, files_.data()) == 0);
    lane_ = std::make_unique<Lane>(segment_, 0, *loop_,
                                   LaneOptions{.queue_max = 4, .cells = 2, .files = files_[0]});
  }
  ~Front() {
    followed_.clear();
    calls_.clear();
    leases_.clear();
    loop_->turn(std::chrono::seconds(1));
    lane_.reset();
    for (const int file : files_) ::close(file);
  }

  void step(Script& script) {
    switch (script.below(16)) {
      case 0:
      case 1:
        return begin(script);
      case 2:
        return loop_->turn(std::chrono::milliseconds(script.next<std::uint16_t>()));
      case 3:
        return lane_->worker_gone(script.next<std::uint32_t>() & 0x3ff);
      case 4:
        return be_an_honest_worker(script);
      case 5:
        return pass_file(script);
      case 6:
        return spoil_state(script);
      case 7:
        return spoil_flow(script);
      case 8:
        return spoil_queue(script);
      case 9:
        return spoil_head(script);
      case 10:
        return segment_.attention(0)[0].store(script.next<std::uint64_t>());
      case 11:
        return spoil_cell(script);
      case 12:
        if (!leases_.empty()) leases_.pop_front();
        return;
      default:
        return use_a_call(script);
    }
  }

 private:
  void begin(Script& script) {
    Lane::Acquire acquire = lane_->acquire();
    if (!acquire.await_ready()) return;  // nobody awaits it: a full lane is not what is tested here
    const auto slot = acquire.await_resume();
    if (!slot) return;
    Call call(*lane_, *slot);
    http::Headers headers;
    http::EmptyBody body;
    const http::Endpoints endpoints;
    COACHWHIP_ASSERT(call.write_request({.method_text = {},
                                         .target = "/",
                                         .raw_path = {},
                                         .query = {},
                                         .path = "/",
                                         .host = {},
                                         .headers = headers,
                                         .body = body,
                                         .endpoints = endpoints,
                                         .began = {}},
                                        1));
    call.feed(big_.substr(0, script.next<std::uint16_t>()));
    if (script.below(2) == 0) call.end_body(FlowEnd::ended);
    call.submit();
    if (script.below(2) == 0) {
      calls_.push_back(std::make_unique<Call>(std::move(call)));
    } else {
      followed_.push_back(follow(std::move(call)));
      followed_.back().start();
    }
  }

  // What a handler does, resumed by the lane itself.
  static Task<void> follow(Call call) {
    bool has_head = false;
    for (int asked = 1;;) {
      co_await call.changed();
      const FlowEnd end = call.reply_end();
      if (!has_head) {
        const auto reply = call.take_reply();
        if (!reply) co_return;
        has_head = *reply != nullptr;
      }
      const auto bytes = call.reply_bytes();
      if (!bytes) co_return;
      if (has_head) call.consume_reply(bytes->size());
      if (call.expired()) co_return;
      if (call.orphaned() && call.can_resubmit() && asked++ < 3) {
        call.resubmit();
      } else if (call.orphaned() || end != FlowEnd::open) {
        co_return;
      }
    }
  }

  // What a handler does after changed(), in any order.
  void use_a_call(Script& script) {
    if (calls_.empty()) return;
    const std::size_t index = script.below(calls_.size());
    Call& call = *calls_[index];
    switch (script.below(11)) {
      case 0:
        calls_.erase(calls_.begin() + static_cast<std::ptrdiff_t>(index));
        return;
      case 1:
        return static_cast<void>(call.take_reply());
      case 2:
        return read_bytes(call, script);
      case 3:
        return static_cast<void>(call.feed(big_.substr(0, script.next<std::uint16_t>())));
      case 4:
        return call.end_body(FlowEnd::broken);
      case 5:
        return static_cast<void>(call.take_file());
      case 6:
        if (call.orphaned() && call.can_resubmit()) call.resubmit();
        return;
      case 7:
        return static_cast<void>(call.wants_body());
      case 8:
        return call.changed().await_resume();
      case 9:
        return static_cast<void>(call.take_hints());
      default:
        break;
    }
    if (!call.is_whole()) return;
    leases_.push_back(call.into_lease());
    check(leases_.back().bytes());
    calls_.erase(calls_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  void read_bytes(Call& call, Script& script) {
    const auto bytes = call.reply_bytes();
    if (!bytes) return;
    check(*bytes);
    call.consume_reply(std::min<std::size_t>(bytes->size(), script.next<std::uint16_t>()));
  }

  void check(Bytes bytes) {
    for (std::uint32_t i = 0; i < slot_count; ++i) {
      const char* ring = segment_.slot(0, i).reply_ring;
      if (bytes.data() < ring || bytes.data() > ring + ring_bytes) continue;
      COACHWHIP_ASSERT(bytes.data() + bytes.size() <= ring + ring_bytes);
      return;
    }
    COACHWHIP_ASSERT(false && "bytes from outside of the rings");
  }

  // Claims, then answers; without the queue, which may be spoilt.
  void be_an_honest_worker(Script& script) {
    Slot& slot = any_slot(script);
    State now = State::unpack(slot.state.load());
    if (now.phase == Phase::queued) {
      now.phase = Phase::claimed;
      now.owner = make_owner(script.below(2), 1);
    } else if (now.phase == Phase::claimed) {
      const auto size = write_reply({slot.reply_head, reply_head_bytes}, {.status = 200});
      slot.reply_head_size.store(static_cast<std::uint32_t>(*size));
      slot.reply.written.store(script.next<std::uint16_t>());
      slot.reply.end.store(FlowEnd::ended);
      now = {now.generation, 0, Phase::replied};
    }
    slot.state.store(now.pack());
    segment_.attention(0)[0].store(~std::uint64_t{0});
  }

  void pass_file(Script& script) {
    const FileTag tag{static_cast<std::uint32_t>(script.below(80)),
                      static_cast<std::uint32_t>(script.below(4))};
    static_cast<void>(send_file_descriptor(files_[1], tag, files_[1]));
  }

  void spoil_state(Script& script) {
    Slot& slot = any_slot(script);
    State now = State::unpack(slot.state.load());
    if (script.below(2) == 0) now.generation = script.next<std::uint32_t>();
    now.owner = script.next<std::uint16_t>();
    now.phase = static_cast<Phase>(script.below(6));
    slot.state.store(now.pack());
  }

  void spoil_flow(Script& script) {
    Slot& slot = any_slot(script);
    Flow& flow = script.below(2) == 0 ? slot.request : slot.reply;
    switch (script.below(4)) {
      case 0:
        return flow.written.store(number(script));
      case 1:
        return flow.read.store(number(script));
      case 2:
        return flow.end.store(static_cast<FlowEnd>(script.next<std::uint32_t>()));
      default:
        return slot.worker_waits.store(script.next<std::uint8_t>());
    }
  }

  void spoil_queue(Script& script) {
    switch (script.below(4)) {
      case 0:
        return segment_.lane(0).head.store(number(script));
      case 1:
        return segment_.lane(0).tail.store(number(script));
      case 2:
        return segment_.lane(0).sleep.store(static_cast<Sleep>(script.next<std::uint8_t>()));
      default:
        return segment_.queue(0)[script.below(2 * slot_count)].store(script.next<std::uint64_t>());
    }
  }

  void spoil_head(Script& script) {
    Slot& slot = any_slot(script);
    slot.reply_head_size.store(script.below(2) == 0 ? script.next<std::uint32_t>()
                                                    : script.next<std::uint8_t>());
    for (std::size_t i = script.below(64); i > 0; --i) {
      slot.reply_head[script.next<std::uint16_t>() % reply_head_bytes] = script.next<char>();
    }
  }

  void spoil_cell(Script& script) {
    WorkerCell& cell = segment_.worker(script.below(2));
    cell.asleep.store(script.next<std::uint64_t>());
    cell.threads.store(script.next<std::uint64_t>());
    cell.owner.store(script.next<std::uint16_t>());
    cell.stopping.store(static_cast<std::uint32_t>(script.below(2)));
    cell.waits.store(static_cast<std::uint32_t>(script.below(2)));
  }

  // Small, near the limits of a ring, or anything.
  static std::uint64_t number(Script& script) {
    switch (script.below(3)) {
      case 0:
        return script.next<std::uint8_t>();
      case 1:
        return ring_bytes - 8 + script.below(16);
      default:
        return script.next<std::uint64_t>();
    }
  }

  Slot& any_slot(Script& script) { return segment_.slot(0, script.below(4)); }

  Segment segment_ = *Segment::create({.lanes = 1, .slots_per_lane = slot_count});
  std::array<int, 2> files_{};
  std::unique_ptr<loop::Loop> loop_ = *loop::Loop::make(std::make_unique<loop::FakePoller>());
  std::unique_ptr<Lane> lane_;
  std::deque<std::unique_ptr<Call>> calls_;
  std::deque<Task<void>> followed_;
  std::deque<http::Lease> leases_;
  const std::string big_text_ = std::string(65536, 'x');
  const Bytes big_ = big_text_;
};

}  // namespace
}  // namespace coachwhip::exchange

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  coachwhip::exchange::Script script(data, size);
  coachwhip::exchange::Front front;
  for (int steps = 0; !script.at_end() && steps < 400; ++steps) front.step(script);
  return 0;
}
