#include "net/idle_queue.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <vector>

namespace coachwhip::net {
namespace {

using namespace std::chrono_literals;

class Guest final : public IdleQueue::Member {
 public:
  Guest(int number, std::vector<int>& gone) : number_(number), gone_(gone) {}

 private:
  void give_way() override { gone_.push_back(number_); }
  int number_;
  std::vector<int>& gone_;
};

TEST(IdleQueue, EndsWhoHasWaitedLongest) {
  std::vector<int> gone;
  IdleQueue queue;
  Guest first(1, gone);
  Guest second(2, gone);
  auto third = std::make_unique<Guest>(3, gone);
  const TimePoint began{1h};
  for (Guest* guest : {&first, &second, third.get()}) queue.add(*guest, began);
  IdleQueue::remove(first);
  queue.add(first, began + 50ms);  // it was busy in between
  third.reset();
  EXPECT_FALSE(queue.end_first(began + 99ms)) << "they may just be about to ask";
  EXPECT_TRUE(queue.end_first(began + 100ms));
  EXPECT_FALSE(queue.end_first(began + 100ms));
  EXPECT_TRUE(queue.end_first(began + 150ms));
  EXPECT_FALSE(queue.end_first(began + 1h));
  EXPECT_EQ(gone, (std::vector{2, 1}));
  IdleQueue::remove(first);
}

}  // namespace
}  // namespace coachwhip::net
