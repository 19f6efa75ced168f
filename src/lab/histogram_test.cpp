#include "lab/histogram.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

double relative_error(Duration time) {
  Histogram histogram;
  histogram.record(time);
  const double found = static_cast<double>(histogram.quantile(0.5).count());
  return std::abs(found - static_cast<double>(time.count())) / static_cast<double>(time.count());
}

TEST(Histogram, ATimeIsFoundAgainWithinOnePercent) {
  for (double time = 1; time < 2e12; time *= 1.013) {
    EXPECT_LT(relative_error(Duration(std::llround(time))), 0.01) << time;
  }
}

TEST(Histogram, QuantilesOfAThousand) {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.record(std::chrono::microseconds(i));
  EXPECT_EQ(histogram.count(), 1000U);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.5).count()), 500e3, 5e3);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.99).count()), 990e3, 9.9e3);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(1).count()), 1000e3, 10e3);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0).count()), 1e3, 10);
}

TEST(Histogram, NoneAndBeyondTheBounds) {
  Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.99), 0s);
  histogram.record(-1s);
  EXPECT_EQ(histogram.quantile(1), 0s);
  histogram.record(100h);
  EXPECT_GT(histogram.quantile(1), 30min);
}

}  // namespace
}  // namespace coachwhip::lab
