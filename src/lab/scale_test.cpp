#include "lab/scale.hpp"

#include <gtest/gtest.h>

namespace coachwhip::lab {
namespace {

using Numbers = std::vector<double>;

Scale linear(const Numbers& numbers) { return {ScaleKind::linear, numbers, 0, 100}; }
Scale logarithmic(const Numbers& numbers) { return {ScaleKind::logarithmic, numbers, 0, 100}; }

TEST(Scale, ALinearOneBeginsAtZeroAndEndsAtAMark) {
  EXPECT_EQ(linear({3, 41}).marks(), (Numbers{0, 10, 20, 30, 40, 50}));
  EXPECT_DOUBLE_EQ(linear({50}).place(25), 50);
  EXPECT_FALSE(linear({50}).has(-1));
}

TEST(Scale, ALogarithmicOneHasPowersOfTen) {
  const Scale scale = logarithmic({1, 8, 10'000});
  EXPECT_EQ(scale.marks(), (Numbers{1, 10, 100, 1000, 10'000}));
  EXPECT_DOUBLE_EQ(scale.place(1), 0);
  EXPECT_DOUBLE_EQ(scale.place(100), 50);
  EXPECT_DOUBLE_EQ(scale.place(10'000), 100);
  EXPECT_FALSE(scale.has(0));
}

TEST(Scale, ANarrowLogarithmicOneHasStepsBetween) {
  EXPECT_EQ(logarithmic({30, 120}).marks(), (Numbers{20, 50, 100, 200}));
  EXPECT_EQ(logarithmic({100}).marks().size(), 2U);
}

TEST(Scale, NumbersAreWithinItsEnds) {
  for (double low = 1e-6; low < 1e6; low *= 7.3) {
    for (double high = low; high < low * 1e6; high *= 3.1) {
      for (const Scale& scale : {linear({low, high}), logarithmic({low, high})}) {
        EXPECT_GE(scale.place(low), -1e-6);
        EXPECT_LE(scale.place(high), 100 + 1e-6);
        EXPECT_LE(scale.marks().size(), 13U);
        EXPECT_GE(scale.marks().size(), 2U);
      }
    }
  }
}

TEST(Scale, NothingToShow) {
  EXPECT_GE(linear({}).marks().size(), 2U);
  EXPECT_GE(logarithmic({0}).marks().size(), 2U);
}

}  // namespace
}  // namespace coachwhip::lab
