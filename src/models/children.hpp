// Children: the processes that a front has of its own, each at a place. They end with it.
#pragma once

#include <functional>
#include <vector>

#include "base/child.hpp"
#include "models/control.hpp"

namespace coachwhip::models {

class Children final {
 public:
  class Owner {
   public:
    // The place is free again.
    virtual void on_child_ended(std::size_t place, const Ending& ending) = 0;

   protected:
    ~Owner() = default;
  };

  Children(loop::Loop& loop, std::size_t places, Owner& owner);
  ~Children();

  // Runs `body` in a new process and ends that; an error is logged. It has the descriptors and its
  // end of a control line, which `body` gets. The place is free.
  Result<void> start(std::size_t place, std::vector<int> descriptors,
                     const std::function<Result<void>(int control)>& body);
  void tell_all(const ControlMessage& message);
  std::size_t count() const { return count_; }

 private:
  class Child;
  void ended(std::size_t place);

  loop::Loop& loop_;
  Owner& owner_;
  std::vector<std::unique_ptr<Child>> children_;  // by place; null: free
  std::size_t count_ = 0;
};

}  // namespace coachwhip::models
