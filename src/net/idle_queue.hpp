// IdleQueue: the connections that wait for nothing but their client's next request, in the order in
// which they began to. Where there is no place for another one, the first of them ends.
#pragma once

#include "base/assert.hpp"
#include "base/clock.hpp"

namespace coachwhip::net {

// One thread's. Outlives its members.
class IdleQueue final {
 public:
  // Leaves the queue when it is destroyed.
  class Member {
   public:
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

   protected:
    Member() = default;
    virtual ~Member() { unlink(); }

   private:
    friend class IdleQueue;
    // It has left the queue. It ends now, and may be destroyed, unless its client has just asked
    // for something: then it ends after that.
    virtual void give_way() = 0;

    void unlink() {
      previous_->next_ = next_;
      next_->previous_ = previous_;
      previous_ = next_ = this;
    }

    Member* previous_ = this;
    Member* next_ = this;
    TimePoint since_;
  };

  // Who is between two requests of many has not waited for so long: to end those for one another
  // would leave nobody served.
  static constexpr Duration idle_min = std::chrono::milliseconds(100);

  IdleQueue() = default;
  ~IdleQueue() { COACHWHIP_ASSERT(ends_.next_ == &ends_); }

  // It is in no queue.
  void add(Member& member, TimePoint now) {
    member.since_ = now;
    member.previous_ = ends_.previous_;
    member.next_ = &ends_;
    ends_.previous_->next_ = &member;
    ends_.previous_ = &member;
  }
  // Also if it is in none.
  static void remove(Member& member) { member.unlink(); }

  // False: none has been idle for long enough.
  bool end_first(TimePoint now) {
    Member& first = *ends_.next_;
    if (&first == &ends_ || now - first.since_ < idle_min) return false;
    first.unlink();
    first.give_way();
    return true;
  }

 private:
  class Ends final : public Member {
    friend class IdleQueue;
    void give_way() override {}
  };

  Ends ends_;
};

}  // namespace coachwhip::net
