#include "exchange/lane.hpp"

#include <algorithm>
#include <bit>

#include "base/assert.hpp"
#include "exchange/call.hpp"
#include "exchange/futex.hpp"

namespace coachwhip::exchange {
namespace {

// How long the front may sleep before it looks for answers by itself, while workers are kept busy
// by the queue; doubled by each sleep that brings nothing. Measured: 250 to 500 µs is best for a
// Flask hello.
constexpr Duration bounded_sleep = std::chrono::microseconds(250);
constexpr unsigned idle_sleeps_max = 3;
// And longer by as much for every so many requests that still wait: beside the time that they will
// wait anyway it is little, and a worker that empties the queue wakes the front at once.
constexpr std::uint64_t sleep_step = 16;
// A request that has waited this long gets a further thread of a busy worker.
constexpr Duration promotion_age = std::chrono::milliseconds(1);
constexpr Duration sweep_interval = std::chrono::milliseconds(250);
// Workers are woken in the middle of a turn when this many requests are waiting for the turn to
// end.
constexpr std::size_t wake_batch = 16;
// So many passed files are received before others have their turn.
constexpr std::size_t files_at_once = 1024;

bool takes_requests(WorkerCell& cell) {
  return cell.owner.load() != 0 && cell.stopping.load() == 0;
}

}  // namespace

Lane::Lane(Segment& segment, std::size_t index, loop::Loop& loop, LaneOptions options)
    : segment_(segment),
      index_(index),
      loop_(loop),
      options_(options),
      header_(segment.lane(index)),
      queue_(segment.queue(index)),
      attention_(segment.attention(index)),
      slots_(segment.shape().slots_per_lane) {
  free_.reserve(slots_.size());
  recover();
  loop_.add_hook(*this);
}

Lane::~Lane() {
  loop_.remove_hook(*this);
  COACHWHIP_ASSERT(waiting_.empty());
}

// What another front left queued is withdrawn; what workers have is given up and freed when they
// let go. A slot that was never used is not looked at, since that alone would take memory for it.
void Lane::recover() {
  tail_ = header_.tail.load();
  const auto count = static_cast<std::uint32_t>(slots_.size());
  slots_used_ = std::min(header_.slots_used.load(), count);
  for (std::uint32_t i = count; i-- > slots_used_;) {
    begin_life(slots_[i]);
    free_.push_back(i);
  }
  for (std::uint32_t i = slots_used_; i-- > 0;) {
    slots_[i].generation = state(i).generation;
    release(i);
  }
}

void Lane::reset(Slot& slot) {
  for (Flow* flow : {&slot.request, &slot.reply}) {
    flow->written.store(0, std::memory_order_relaxed);
    flow->read.store(0, std::memory_order_relaxed);
    flow->end.store(FlowEnd::open, std::memory_order_relaxed);
  }
  slot.cancelled.store(0, std::memory_order_relaxed);
  slot.front_waits.store(0, std::memory_order_relaxed);
  slot.worker_waits.store(0, std::memory_order_relaxed);
  slot.reply_head_size.store(0, std::memory_order_relaxed);
}

Lane::Acquire Lane::acquire() { return Acquire(*this); }

std::uint32_t Lane::take_free() {
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  if (slot >= slots_used_) header_.slots_used.store(slots_used_ = slot + 1);
  return slot;
}

bool Lane::Acquire::await_ready() {
  if (!lane_.free_.empty() && lane_.waiting_.empty()) {
    slot_ = lane_.take_free();
    return true;
  }
  return lane_.waiting_.size() >= lane_.options_.queue_max;
}

void Lane::Acquire::await_suspend(std::coroutine_handle<> awaiter) {
  lane_.waiting_.push_back({awaiter, lane_.loop_.now(), this});
  if (lane_.deadline() == never) lane_.loop_.arm(lane_, lane_.loop_.now() + sweep_interval);
}

void Lane::enqueue(std::uint32_t slot) {
  Entry& entry = slots_[slot];
  const std::uint64_t hint = std::uint64_t{entry.generation} << 32 | slot;
  if (tail_ - head_seen_ >= queue_.size()) renew_queue();
  queue_[tail_ % queue_.size()].store(hint, std::memory_order_relaxed);
  shared(slot).state.store(State{entry.generation, 0, Phase::queued}.pack(),
                           std::memory_order_release);
  header_.tail.store(++tail_);
  set_in_flight(entry, true);
  if (++submitted_ >= wake_batch && options_.wakes_early) wake_workers();
}

// Finds room in the queue. Only if it is full of entries that wait no more: drops these and appends
// the others anew, since a taker that is moving the head must not meet one that has changed its
// place.
void Lane::renew_queue() {
  head_seen_ = header_.head.load();
  if (tail_ - head_seen_ < queue_.size()) return;
  std::vector<std::uint64_t> live;
  for (auto at = tail_ - std::min<std::uint64_t>(tail_, queue_.size()); at != tail_; ++at) {
    const std::uint64_t hint = queue_[at % queue_.size()].load(std::memory_order_relaxed);
    if (find_queued(hint) != nullptr && live.size() < slots_.size()) live.push_back(hint);
  }
  head_seen_ = tail_;
  for (const std::uint64_t hint : live) {
    queue_[tail_++ % queue_.size()].store(hint, std::memory_order_relaxed);
  }
  header_.head.store(head_seen_);
}

// The call whose request waits under this entry of the queue; nullptr if none does any more.
Call* Lane::find_queued(std::uint64_t hint) {
  const auto slot = static_cast<std::uint32_t>(hint);
  const auto generation = static_cast<std::uint32_t>(hint >> 32);
  if (slot >= slots_.size() || slots_[slot].generation != generation) return nullptr;
  const State now = state(slot);
  const bool is_queued = now.phase == Phase::queued && now.generation == generation;
  return is_queued ? slots_[slot].call : nullptr;
}

void Lane::begin_life(Entry& entry) {
  ++entry.generation;
  entry.file.reset();
}

void Lane::set_in_flight(Entry& entry, bool value) {
  if (entry.in_flight == value) return;
  entry.in_flight = value;
  value ? ++in_flight_ : --in_flight_;
  if (value && deadline() == never) loop_.arm(*this, loop_.now() + sweep_interval);
}

void Lane::release(std::uint32_t slot) {
  Entry& entry = slots_[slot];
  entry.call = nullptr;
  Slot& memory = shared(slot);
  std::uint64_t word = memory.state.load();
  const State now = State::unpack(word);
  if (now.phase == Phase::queued && now.generation == entry.generation) {
    const State freed{entry.generation + 1, 0, Phase::free};
    if (memory.state.compare_exchange_strong(word, freed.pack())) return make_free(slot);
  }
  if (State::unpack(word).phase == Phase::claimed) {
    set_in_flight(entry, true);
    memory.cancelled.store(1);
    ring(memory.bell);
    return;
  }
  make_free(slot);
}

void Lane::make_free(std::uint32_t slot) {
  Entry& entry = slots_[slot];
  set_in_flight(entry, false);
  begin_life(entry);
  shared(slot).state.store(State{entry.generation, 0, Phase::free}.pack());
  reset(shared(slot));
  if (waiting_.empty()) {
    free_.push_back(slot);
    return;
  }
  const Waiter next = waiting_.front();
  waiting_.pop_front();
  next.acquire->slot_ = slot;
  loop_.resume_soon(next.handle);
}

// A worker wants the slot to be looked at.
void Lane::attend(std::uint32_t slot) {
  Entry& entry = slots_[slot];
  // Nothing is wanted of it: the bit is a late one of an earlier life.
  if (!entry.in_flight) return;
  const bool is_replied = state(slot).phase == Phase::replied;
  if (is_replied) set_in_flight(entry, false);
  if (entry.call != nullptr) {
    entry.call->poke();
  } else if (is_replied) {
    make_free(slot);
  }
}

bool Lane::collect() {
  bool any = false;
  for (std::size_t i = 0; i < attention_.size(); ++i) {
    if (attention_[i].load(std::memory_order_relaxed) == 0) continue;
    std::uint64_t bits = attention_[i].exchange(0);
    any = true;
    for (; bits != 0; bits &= bits - 1) {
      attend(static_cast<std::uint32_t>(i * 64 + static_cast<unsigned>(std::countr_zero(bits))));
    }
  }
  if (any) idle_sleeps_ = 0;
  return any;
}

void Lane::worker_gone(std::uint32_t owner) {
  const std::size_t cell = worker_of(owner);
  if (cell < workers_max) segment_.worker(cell).owner.compare_exchange_strong(owner, 0);
  reclaim();
  wake_workers();
}

bool Lane::is_gone(std::uint32_t owner) {
  const std::size_t cell = worker_of(owner);
  return cell >= workers_max || segment_.worker(cell).owner.load() != owner;
}

// Takes back what workers left that are gone.
void Lane::reclaim() {
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (!slots_[slot].in_flight) continue;
    const State now = state(slot);
    if (now.phase == Phase::claimed && is_gone(now.owner)) orphan(slot);
    // It may have ended between finishing and saying so.
    if (now.phase == Phase::replied) attend(slot);
  }
}

void Lane::orphan(std::uint32_t slot) {
  Entry& entry = slots_[slot];
  begin_life(entry);
  shared(slot).state.store(State{entry.generation, 0, Phase::replied}.pack());
  if (entry.call != nullptr) entry.call->orphaned_ = true;
  attend(slot);
}

// Also for requests that were given up: what nobody receives would fill the socket and stop its
// senders.
void Lane::collect_files() {
  for (std::size_t i = 0; i < files_at_once; ++i) {
    auto passed = receive_file_descriptor(options_.files);
    if (!passed) return;
    const auto [slot, generation] = passed->tag;
    if (slot >= slots_.size() || slots_[slot].generation != generation) continue;
    slots_[slot].file = std::move(passed->file);
  }
}

std::uint64_t Lane::queued() const {
  return std::min<std::uint64_t>(tail_ - header_.head.load(), slots_.size());
}

// The call that waits longest, or nullptr. Moves the head over entries that wait no more, which
// would hide it.
Call* Lane::oldest_queued() {
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    std::uint64_t head = header_.head.load();
    if (head == tail_) break;
    if (Call* call = find_queued(queue_[head % queue_.size()].load())) return call;
    header_.head.compare_exchange_strong(head, head + 1);
  }
  return nullptr;
}

void Lane::wake_workers() {
  submitted_ = 0;
  // The queue is looked at anew each time: whom the first bell wakes may empty it at once.
  std::uint64_t woken = 0;
  while (queued() > woken && wake_idle_worker()) ++woken;
  while (queued() > woken && wake_second_thread(true)) ++woken;
  if (queued() <= woken) return;
  const Call* oldest = oldest_queued();
  if (oldest != nullptr && loop_.now() - oldest->submitted_at_ >= promotion_age) {
    wake_second_thread(false);
  }
}

// Rings for the first sleeping thread: the lower its number, the warmer it is.
bool Lane::ring_for(WorkerCell& cell, std::uint64_t asleep) {
  const int thread = std::countr_zero(asleep);
  const std::uint64_t bit = std::uint64_t{1} << thread;
  if ((cell.asleep.fetch_and(~bit) & bit) == 0) return false;
  ring(cell.bells[thread].rings);
  return true;
}

bool Lane::wake_idle_worker() {
  for (std::size_t i = 0; i < options_.cells; ++i) {
    WorkerCell& cell = segment_.worker(i);
    if (!takes_requests(cell)) continue;
    const std::uint64_t asleep = cell.asleep.load();
    if (asleep == 0 || asleep != cell.threads.load()) continue;
    if (ring_for(cell, asleep)) return true;
  }
  return false;
}

bool Lane::wake_second_thread(bool only_waiting) {
  for (std::size_t i = 0; i < options_.cells; ++i) {
    WorkerCell& cell = segment_.worker(i);
    const std::uint64_t asleep = cell.asleep.load();
    if (asleep == 0 || !takes_requests(cell)) continue;
    if (only_waiting && cell.waits.load(std::memory_order_relaxed) == 0) continue;
    if (ring_for(cell, asleep)) return true;
  }
  return false;
}

bool Lane::has_parked_threads() {
  for (std::size_t i = 0; i < options_.cells; ++i) {
    WorkerCell& cell = segment_.worker(i);
    if (cell.asleep.load() != 0 && takes_requests(cell)) return true;
  }
  return false;
}

Duration Lane::before_sleep() {
  if (in_flight_ == 0) return forever;
  const bool waiting = queued() > 0;
  if (waiting) wake_workers();
  const bool bounded = in_flight_ >= 2 && idle_sleeps_ < idle_sleeps_max;
  header_.sleep.store(bounded ? Sleep::bounded : Sleep::unbounded);
  for (const auto& word : attention_) {
    if (word.load() != 0) {
      header_.sleep.store(Sleep::awake);
      return Duration{};
    }
  }
  sleeping_bounded_ = bounded;
  if (bounded) return bounded_sleep * (1 << idle_sleeps_) * (1 + queued() / sleep_step);
  return waiting && has_parked_threads() ? promotion_age : forever;
}

void Lane::after_sleep() {
  if (in_flight_ == 0) return;
  // Counts until collect() finds something.
  if (sleeping_bounded_ && header_.sleep.load(std::memory_order_relaxed) == Sleep::bounded) {
    ++idle_sleeps_;
  }
  sleeping_bounded_ = false;
  header_.sleep.store(Sleep::awake, std::memory_order_relaxed);
}

// Gives up what has waited too long, for a slot or for a worker, and looks for what was left
// behind.
void Lane::on_expiry() {
  const TimePoint oldest = loop_.now() - options_.queue_timeout;
  while (!waiting_.empty() && waiting_.front().since < oldest) {
    loop_.resume_soon(waiting_.front().handle);
    waiting_.pop_front();
  }
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    Call* call = slots_[slot].call;
    if (call == nullptr || call->submitted_at_ >= oldest) continue;
    if (state(slot).phase != Phase::queued) continue;
    call->expired_ = true;
    call->poke();
  }
  reclaim();
  collect_files();
  if (in_flight_ > 0 || !waiting_.empty()) loop_.arm(*this, loop_.now() + sweep_interval);
}

}  // namespace coachwhip::exchange
