#include "exchange/taker.hpp"

#include <cstring>
#include <utility>

#include "exchange/byte_ring.hpp"
#include "exchange/file_passing.hpp"
#include "exchange/futex.hpp"

namespace coachwhip::exchange {

void WorkerContext::ring_all() {
  WorkerCell& cell = segment.worker(worker);
  for (std::size_t i = 0; i < threads; ++i) ring(cell.bells[i].rings);
}

Taker::Taker(WorkerContext& context, std::size_t thread) : context_(context), thread_(thread) {
  COACHWHIP_ASSERT(thread < context.threads && context.threads <= threads_max);
  if (context_.disowned.load(std::memory_order_relaxed)) return;
  WorkerCell& cell = context_.segment.worker(context_.worker);
  std::call_once(context_.entered, [&] {
    cell.asleep.store(0);
    cell.threads.store(0);
    cell.waits.store(0);
    cell.stopping.store(0);
    cell.owner.store(make_owner(context_.worker, context_.incarnation));
  });
  cell.threads.fetch_or(std::uint64_t{1} << thread_);
}

Taker::~Taker() {
  if (context_.disowned.load(std::memory_order_relaxed)) return;
  WorkerCell& cell = context_.segment.worker(context_.worker);
  const std::uint64_t bit = std::uint64_t{1} << thread_;
  cell.threads.fetch_and(~bit);
  cell.asleep.fetch_and(~bit);
}

std::optional<Job> Taker::take() {
  if (context_.stopping.load(std::memory_order_relaxed)) return std::nullopt;
  const std::size_t lanes = context_.segment.shape().lanes;
  for (std::size_t i = 0; i < lanes; ++i) {
    const std::size_t lane = next_lane_;
    next_lane_ = next_lane_ + 1 == lanes ? 0 : next_lane_ + 1;
    if (auto job = take_from(lane)) return job;
  }
  return std::nullopt;
}

std::optional<Job> Taker::take_from(std::size_t lane_index) {
  Segment& segment = context_.segment;
  LaneHeader& lane = segment.lane(lane_index);
  const auto queue = segment.queue(lane_index);
  const std::uint32_t owner = make_owner(context_.worker, context_.incarnation);
  for (;;) {
    std::uint64_t head = lane.head.load();
    if (head == lane.tail.load()) return std::nullopt;
    const std::uint64_t entry = queue[head % queue.size()].load(std::memory_order_acquire);
    const auto generation = static_cast<std::uint32_t>(entry >> 32);
    const auto index = static_cast<std::uint32_t>(entry);
    Slot& slot = segment.slot(lane_index, index);
    std::uint64_t expected = State{generation, 0, Phase::queued}.pack();
    const bool claimed = slot.state.compare_exchange_strong(
        expected, State{generation, owner, Phase::claimed}.pack());
    lane.head.compare_exchange_strong(head, head + 1);
    if (claimed) return Job(*this, lane_index, index, generation);
  }
}

bool Taker::queues_empty() {
  Segment& segment = context_.segment;
  for (std::size_t i = 0; i < segment.shape().lanes; ++i) {
    LaneHeader& lane = segment.lane(i);
    if (lane.head.load() != lane.tail.load()) return false;
  }
  return true;
}

void Taker::sleep() {
  WorkerCell& cell = context_.segment.worker(context_.worker);
  std::atomic<std::uint32_t>& rings = cell.bells[thread_].rings;
  const std::uint64_t bit = std::uint64_t{1} << thread_;
  const std::uint32_t seen = rings.load();
  if (context_.stopping.load()) return;
  cell.asleep.fetch_or(bit);
  if (queues_empty()) futex_wait(rings, seen);
  cell.asleep.fetch_and(~bit);
}

void Taker::report(Duration wall, Duration cpu) {
  if (context_.disowned.load(std::memory_order_relaxed)) return;
  const bool waits = wall > std::chrono::milliseconds(2) && cpu * 4 < wall;
  std::atomic<std::uint32_t>& told = context_.segment.worker(context_.worker).waits;
  if (told.load(std::memory_order_relaxed) != std::uint32_t{waits}) told.store(waits);
}

void Taker::wake_front(std::size_t lane_index) {
  LaneHeader& lane = context_.segment.lane(lane_index);
  const Sleep sleep = lane.sleep.load();
  if (sleep == Sleep::awake) return;
  if (sleep == Sleep::bounded && lane.head.load() != lane.tail.load()) return;
  if (lane.sleep.exchange(Sleep::awake) == Sleep::awake) return;
  const std::uint64_t one = 1;
  // A full counter means that the front is being woken already.
  [[maybe_unused]] const auto written = ::write(context_.lanes[lane_index].wake, &one, sizeof one);
}

Job::Job(Taker& taker, std::size_t lane, std::size_t slot, std::uint32_t generation)
    : taker_(&taker),
      slot_(&taker.context_.segment.slot(lane, slot)),
      lane_(lane),
      index_(slot),
      generation_(generation),
      claim_(State{generation, make_owner(taker.context_.worker, taker.context_.incarnation),
                   Phase::claimed}
                 .pack()) {}

Job::Job(Job&& other) noexcept
    : taker_(other.taker_),
      slot_(other.slot_),
      lane_(other.lane_),
      index_(other.index_),
      generation_(other.generation_),
      claim_(other.claim_),
      reply_started_(other.reply_started_),
      finished_(std::exchange(other.finished_, true)) {}

Job::~Job() {
  if (!finished_) finish(FlowEnd::broken);
}

RequestView Job::request() const {
  return read_request({slot_->request_head, slot_->request_head_size.load()});
}

// A flag for the process, because a forked child sees the very state that its parent sees.
bool Job::is_ours() const {
  return !is_disowned() && slot_->state.load(std::memory_order_relaxed) == claim_;
}

bool Job::is_disowned() const { return taker_->context_.disowned.load(std::memory_order_relaxed); }

bool Job::cancelled() const {
  return !is_ours() || slot_->cancelled.load(std::memory_order_relaxed) != 0;
}

Bytes Job::body() const {
  if (!is_ours()) return {};
  const Flow& flow = slot_->request;
  return ring_front(slot_->request_ring, flow.read.load(std::memory_order_relaxed),
                    flow.written.load());
}

void Job::consume_body(std::size_t count) {
  if (!is_ours()) return;
  Flow& flow = slot_->request;
  flow.read.store(flow.read.load(std::memory_order_relaxed) + count);
  if (slot_->front_waits.load() != 0) tell_front();
}

bool Job::body_ended() const {
  const Flow& flow = slot_->request;
  return flow.end.load() == FlowEnd::ended &&
         flow.read.load(std::memory_order_relaxed) == flow.written.load();
}

bool Job::body_broken() const { return slot_->request.end.load() == FlowEnd::broken; }

// Announces the wait, tells the front of it if `tell`, looks again, then sleeps on the slot's bell.
template <class Ready>
void Job::wait_until(Ready ready, bool tell) {
  while (!ready()) {
    const std::uint32_t seen = slot_->bell.load();
    slot_->worker_waits.store(1);
    if (!ready()) {
      if (tell) tell_front();
      futex_wait(slot_->bell, seen);
    }
    slot_->worker_waits.store(0);
  }
}

void Job::wait_for_body() {
  wait_until(
      [this] {
        return body_abandoned_.load() || !body().empty() || body_ended() || body_broken() ||
               cancelled();
      },
      true);
}

void Job::abandon_body() {
  body_abandoned_.store(true);
  if (is_ours()) ring(slot_->bell);
}

void Job::wait_for_room(std::size_t count) {
  wait_until(
      [this, count] {
        const Flow& flow = slot_->reply;
        return flow.written.load() - flow.read.load() + count <= ring_bytes || cancelled();
      },
      false);
}

Result<bool> Job::send_hints(Bytes header_block) {
  COACHWHIP_ASSERT(!reply_started_);
  if (header_block.size() > reply_head_bytes) {
    return fail(ErrorKind::limit, 0,
                "the early hints take " + std::to_string(header_block.size()) + " bytes; at most " +
                    std::to_string(reply_head_bytes) + " are possible");
  }
  if (!is_ours()) return true;
  const auto size = static_cast<HintsSize>(header_block.size());
  std::string record(sizeof size, '\0');
  std::memcpy(record.data(), &size, sizeof size);
  record += header_block;
  Flow& flow = slot_->reply;
  if (flow.written.load() - flow.read.load() + record.size() > ring_bytes) return false;
  write(record);
  tell_front();
  return true;
}

Result<void> Job::start_reply(const ReplyHead& head) {
  COACHWHIP_ASSERT(!reply_started_);
  if (!is_ours()) return {};
  auto size = write_reply({slot_->reply_head, reply_head_bytes}, head,
                          slot_->reply.written.load(std::memory_order_relaxed));
  if (!size) return pass(std::move(size.error()));
  slot_->reply_head_size.store(static_cast<std::uint32_t>(*size), std::memory_order_release);
  reply_started_ = true;
  return {};
}

Result<void> Job::pass_file(int fd) {
  if (!is_ours()) return {};
  const FileTag tag{static_cast<std::uint32_t>(index_), generation_};
  return send_file_descriptor(taker_->context_.lanes[lane_].files, tag, fd);
}

std::size_t Job::write(Bytes bytes) {
  if (!is_ours()) return bytes.size();
  Flow& flow = slot_->reply;
  const std::uint64_t written = flow.written.load(std::memory_order_relaxed);
  const auto room = static_cast<std::size_t>(ring_bytes - (written - flow.read.load()));
  bytes = bytes.substr(0, room);
  if (bytes.empty()) return 0;
  ring_append(slot_->reply_ring, written, bytes);
  flow.written.store(written + bytes.size(), std::memory_order_release);
  return bytes.size();
}

void Job::flush() {
  if (is_ours()) tell_front();
}

void Job::tell_front() {
  taker_->context_.segment.attention(lane_)[index_ / 64].fetch_or(std::uint64_t{1}
                                                                  << (index_ % 64));
  taker_->wake_front(lane_);
}

void Job::finish(FlowEnd end) {
  COACHWHIP_ASSERT(!finished_);
  finished_ = true;
  if (!is_ours()) return;
  slot_->reply.end.store(end, std::memory_order_release);
  std::uint64_t expected = claim_;
  slot_->state.compare_exchange_strong(expected, State{generation_, 0, Phase::replied}.pack());
  tell_front();
}

}  // namespace coachwhip::exchange
