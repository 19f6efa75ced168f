// Taker: the worker's side of the exchange. One per worker thread.
//
//   while (not stopped) { if (auto job = taker.take()) answer(*job); else taker.sleep(); }
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <span>

#include "base/clock.hpp"
#include "exchange/record.hpp"
#include "exchange/segment.hpp"

namespace coachwhip::exchange {

// The descriptors that a worker inherits beside the segment: per lane, an eventfd that wakes the
// front's loop and a socket (SOCK_SEQPACKET) over which files are passed.
struct LaneFds {
  int wake = -1;
  int files = -1;
};

// What all threads of a worker process share. Outlives its takers.
struct WorkerContext {
  Segment& segment;
  std::span<const LaneFds> lanes;
  std::size_t worker = 0;         // its cell
  std::uint32_t incarnation = 0;  // differs between processes that have used the cell
  std::size_t threads = 1;
  std::atomic<bool> stopping{false};  // set by a signal handler; then call ring_all()

  // Set in a process that was forked off the worker, which then is none itself: from now on its
  // takers and jobs neither read nor change the exchange. Set `stopping` with it.
  std::atomic<bool> disowned{false};

  // Wakes every thread of this worker; async-signal-safe.
  void ring_all();

  std::once_flag entered{};  // the cell was cleared of what its last process left
};

class Taker;

// One claimed request. Finishes as broken if it is destroyed before finish().
//
// Everything but wait_for_body() and wait_for_room() returns at once. These two may be called
// without the interpreter lock. A job whose slot is not its own any more counts as cancelled, and
// so does that of a disowned process: all else then does nothing.
class Job {
 public:
  Job(Taker& taker, std::size_t lane, std::size_t slot, std::uint32_t generation);
  Job(Job&& other) noexcept;
  Job& operator=(Job&&) = delete;
  ~Job();

  RequestView request() const;

  // The client has left, or the front has given up: the answer will be thrown away.
  bool cancelled() const;
  // This process was forked off the one that has the job.
  bool is_disowned() const;

  // Body bytes that are there now (a contiguous part of them); empty: wait or the end.
  Bytes body() const;
  void consume_body(std::size_t count);
  bool body_ended() const;   // ended, and nothing is left to read
  bool body_broken() const;  // the client left in the middle of its body
  // Until there are bytes, or the body has ended, is broken or abandoned, or the job is cancelled.
  void wait_for_body();
  // From now on nobody waits for the body; who does is woken. For any thread.
  void abandon_body();

  // Sends the fields of an interim answer, before start_reply(). False: there is no room for them
  // and a HintsSize at the moment. Error (limit): there never will be.
  Result<bool> send_hints(Bytes header_block);
  // States the head of the answer; once. Nothing is sent before the first bytes, flush() or
  // finish().
  Result<void> start_reply(const ReplyHead& head);
  bool reply_started() const { return reply_started_; }
  // Passes a file for a head of kind `file`; before start_reply(). The descriptor stays the
  // caller's.
  Result<void> pass_file(int fd);
  // Moves as much as fits; returns how much.
  std::size_t write(Bytes bytes);
  // Tells the front that there is something to send.
  void flush();
  // Until there is room for so many bytes, or the job is cancelled.
  void wait_for_room(std::size_t count = 1);

  // The answer is complete, or (`broken`) it failed in the middle: the front then cuts the
  // connection, or answers 502 if no head was stated. The job is over.
  void finish(FlowEnd end = FlowEnd::ended);

 private:
  bool is_ours() const;
  void tell_front();
  template <class Ready>
  void wait_until(Ready ready, bool tell);

  Taker* taker_;
  Slot* slot_;
  std::size_t lane_;
  std::size_t index_;
  std::uint32_t generation_;
  std::uint64_t claim_;  // the slot's state as long as it is ours
  std::atomic<bool> body_abandoned_{false};
  bool reply_started_ = false;
  bool finished_ = false;
};

class Taker {
 public:
  // Registers the thread: from now on the front may ring for it. `thread` < context.threads.
  Taker(WorkerContext& context, std::size_t thread);
  ~Taker();
  Taker(const Taker&) = delete;
  Taker& operator=(const Taker&) = delete;

  // Claims the oldest waiting request, lane after lane; nullopt if none waits or the worker is
  // stopping.
  std::optional<Job> take();

  // Until the front rings or the worker is told to stop; returns at once if a request waits. Call
  // it without the interpreter lock. Also returns after a signal.
  void sleep();

  // A request was answered in `wall` of time, of which the thread computed for `cpu`: tells the
  // front whether the application waits or computes. Sampling is enough.
  void report(Duration wall, Duration cpu);

  WorkerContext& context() { return context_; }

 private:
  friend class Job;
  bool queues_empty();
  std::optional<Job> take_from(std::size_t lane);
  void wake_front(std::size_t lane);

  WorkerContext& context_;
  std::size_t thread_;
  std::size_t next_lane_ = 0;
};

}  // namespace coachwhip::exchange
