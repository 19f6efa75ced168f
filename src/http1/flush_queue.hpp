// FlushQueue: finished responses that wait a moment for the next ones of their connection.
//
// A client that pipelines gets the answers of quick requests in one write. When the next answer
// takes longer, what is finished leaves after half a millisecond.
#pragma once

#include <cstdint>
#include <deque>

#include "loop/loop.hpp"

namespace coachwhip::http1 {

class FlushQueue final : public loop::TurnHook {
 public:
  class Member {
   public:
    // Writes what the peer takes without waiting; true if nothing is left.
    virtual bool flush_now() = 0;

   protected:
    ~Member() = default;
  };

  // As long as this lives, the member's output leaves when its time has come.
  class Wait {
   public:
    Wait(FlushQueue& queue, Member& member) : queue_(queue), ticket_(queue.add(member)) {}
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait() { queue_.remove(ticket_); }

   private:
    FlushQueue& queue_;
    std::uint64_t ticket_;
  };

  explicit FlushQueue(loop::Loop& loop) : loop_(loop) { loop_.add_hook(*this); }
  FlushQueue(const FlushQueue&) = delete;
  FlushQueue& operator=(const FlushQueue&) = delete;
  ~FlushQueue() { loop_.remove_hook(*this); }

  bool collect() override { return false; }
  Duration before_sleep() override;
  void after_sleep() override {}

 private:
  struct Entry {
    Member* member;  // null: removed
    TimePoint due;
  };

  std::uint64_t add(Member& member);
  void remove(std::uint64_t ticket);

  loop::Loop& loop_;
  std::deque<Entry> entries_;
  std::uint64_t first_ = 0;  // ticket of entries_.front()
};

}  // namespace coachwhip::http1
