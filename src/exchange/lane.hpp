// Lane: the front's side of the exchange, one per loop and application. It hands out slots, queues
// requests, decides which worker to wake, and resumes the coroutines that wait for answers.
#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/clock.hpp"
#include "exchange/file_passing.hpp"
#include "exchange/record.hpp"
#include "exchange/segment.hpp"
#include "http/body.hpp"
#include "loop/loop.hpp"

namespace coachwhip::exchange {

class Call;

struct LaneOptions {
  std::size_t queue_max = 1024;  // requests that may wait for a slot
  Duration queue_timeout = std::chrono::seconds(30);
  std::size_t cells = workers_max;  // worker cells that may be in use: 0 to cells - 1
  int files = -1;                   // the socket on which workers pass files
  // Workers have CPUs of their own: they are woken before the loop's turn ends. On a single CPU
  // that would only interrupt the turn.
  bool wakes_early = true;
};

class Lane final : public loop::TurnHook, public http::Lease::Owner, private loop::Timer {
 public:
  // Takes over whatever a previous front left in the lane. Everything outlives the lane.
  Lane(Segment& segment, std::size_t index, loop::Loop& loop, LaneOptions options);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // A slot for a request, in the order of asking; nullopt when too many wait or it took too long.
  class Acquire;
  Acquire acquire();

  // The worker process with this id has ended: its requests are told. Who starts workers tells
  // every lane, but what a message missed is found when the next process takes the cell.
  void worker_gone(std::uint32_t owner);

  // Requests handed to workers or waiting for one, and slots that are not free for other reasons.
  std::size_t busy() const { return slots_.size() - free_.size(); }

  // TurnHook
  bool collect() override;
  Duration before_sleep() override;
  void after_sleep() override;
  // Lease::Owner: an answer's bytes were sent.
  void end_lease(std::uint64_t slot) override { release(static_cast<std::uint32_t>(slot)); }

 private:
  friend class Call;

  // What the front knows about a slot; the shared state is only believed where it agrees.
  struct Entry {
    Call* call = nullptr;
    std::uint32_t generation = 0;
    bool in_flight = false;  // submitted, and no worker has let go of it yet
    UniqueFd file;           // passed for the answer of this generation
  };

  struct Waiter {
    std::coroutine_handle<> handle;
    TimePoint since;
    Acquire* acquire;
  };

  void recover();
  std::uint32_t take_free();
  void reset(Slot& slot);
  State state(std::uint32_t slot) { return State::unpack(shared(slot).state.load()); }
  Slot& shared(std::uint32_t slot) { return segment_.slot(index_, slot); }
  void enqueue(std::uint32_t slot);
  void renew_queue();
  Call* find_queued(std::uint64_t hint);
  void begin_life(Entry& entry);
  // Frees the slot now if no worker has it, else as soon as its worker lets go.
  void release(std::uint32_t slot);
  void make_free(std::uint32_t slot);
  void attend(std::uint32_t slot);
  void set_in_flight(Entry& entry, bool value);
  void collect_files();
  bool is_gone(std::uint32_t owner);
  void reclaim();
  void orphan(std::uint32_t slot);
  std::uint64_t queued() const;
  Call* oldest_queued();
  void wake_workers();
  bool wake_idle_worker();
  bool wake_second_thread(bool only_waiting);
  bool ring_for(WorkerCell& cell, std::uint64_t asleep);
  bool has_parked_threads();
  void on_expiry() override;

  Segment& segment_;
  std::size_t index_;
  loop::Loop& loop_;
  LaneOptions options_;
  LaneHeader& header_;
  std::span<std::atomic<std::uint64_t>> queue_;
  std::span<std::atomic<std::uint64_t>> attention_;
  std::uint64_t tail_ = 0;
  std::uint64_t head_seen_ = 0;  // the queue's head is not before this
  std::uint32_t slots_used_ = 0;
  std::vector<Entry> slots_;
  std::vector<std::uint32_t> free_;
  std::deque<Waiter> waiting_;
  ReplyReader replies_;
  std::size_t in_flight_ = 0;  // entries that are
  std::size_t submitted_ = 0;  // since workers were last woken
  unsigned idle_sleeps_ = 0;   // bounded sleeps in a row that brought nothing
  bool sleeping_bounded_ = false;
};

class Lane::Acquire {
 public:
  explicit Acquire(Lane& lane) : lane_(lane) {}
  bool await_ready();
  void await_suspend(std::coroutine_handle<> awaiter);
  // The slot's number.
  std::optional<std::uint32_t> await_resume() const { return slot_; }

 private:
  friend class Lane;
  Lane& lane_;
  std::optional<std::uint32_t> slot_;
};

}  // namespace coachwhip::exchange
