#include "net/patience.hpp"

#include <gtest/gtest.h>

namespace coachwhip::net {
namespace {

using namespace std::chrono_literals;

TEST(Patience, EndsWithWhoMovesNothing) {
  Patience patience(30s, 240);
  patience.spend(29s);
  EXPECT_FALSE(patience.is_over());
  EXPECT_EQ(patience.left(), 1s);
  patience.spend(1s);
  EXPECT_TRUE(patience.is_over());
}

TEST(Patience, LastsForWhoKeepsTheRate) {
  Patience patience(30s, 240);
  for (int i = 0; i < 10'000; ++i) {
    patience.spend(1s);
    patience.earn(240);
  }
  EXPECT_EQ(patience.left(), 30s);
}

TEST(Patience, EndsAtLastWithWhoIsSlower) {
  Patience patience(30s, 240);
  int seconds = 0;
  for (; !patience.is_over(); ++seconds) {
    patience.spend(1s);
    patience.earn(120);
  }
  EXPECT_NEAR(seconds, 60, 1);
}

TEST(Patience, CannotBeHoarded) {
  Patience patience(30s, 240);
  patience.earn(~std::uint64_t{0});
  patience.spend(10s);
  patience.earn(~std::uint64_t{0});
  EXPECT_EQ(patience.left(), 30s);
}

TEST(Patience, IsRestoredByAnyByteIfThereIsNoRate) {
  Patience patience(30s, 0);
  patience.spend(29s);
  patience.earn(0);
  EXPECT_EQ(patience.left(), 1s);
  patience.earn(1);
  EXPECT_EQ(patience.left(), 30s);
}

}  // namespace
}  // namespace coachwhip::net
