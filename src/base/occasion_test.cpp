#include "base/occasion.hpp"

#include <gtest/gtest.h>

namespace coachwhip {
namespace {

using namespace std::chrono_literals;

TEST(Occasion, IsWorthALineAMinute) {
  Occasion occasion;
  const TimePoint began{1h};
  EXPECT_EQ(occasion.happened(began), 1U);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(occasion.happened(began + 59s), std::nullopt);
  EXPECT_EQ(occasion.happened(began + 60s), 11U) << "with those that had none";
  EXPECT_EQ(occasion.happened(began + 61s), std::nullopt);
}

}  // namespace
}  // namespace coachwhip
