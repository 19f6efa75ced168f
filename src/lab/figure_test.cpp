#include "lab/figure.hpp"

#include <gtest/gtest.h>

namespace coachwhip::lab {
namespace {

TEST(Figure, ThreeDigitsThatMatter) {
  EXPECT_EQ(figure(0.0), "0");
  EXPECT_EQ(figure(41'234.0), "41,200");
  EXPECT_EQ(figure(1'234'567.0), "1,230,000");
  EXPECT_EQ(figure(999.6), "1,000");
  EXPECT_EQ(figure(123.0), "123");
  EXPECT_EQ(figure(64.0), "64");
  EXPECT_EQ(figure(3.14159), "3.14");
  EXPECT_EQ(figure(2.5), "2.5");
  EXPECT_EQ(figure(0.02512), "0.0251");
  EXPECT_EQ(figure(10.0), "10");
  EXPECT_EQ(figure(std::nullopt), "–");
}

TEST(Figure, PartsAreExact) { EXPECT_EQ(part_of(64, 10'000), "64 of 10,000"); }

}  // namespace
}  // namespace coachwhip::lab
