#include "config/number.hpp"

#include <gtest/gtest.h>

namespace coachwhip::config {
namespace {

TEST(Number, SizesTakeUnitsOf1024) {
  EXPECT_EQ(parse_size("0"), 0U);
  EXPECT_EQ(parse_size("512"), 512U);
  EXPECT_EQ(parse_size("16k"), 16384U);
  EXPECT_EQ(parse_size("16KiB"), 16384U);
  EXPECT_EQ(parse_size("2M"), std::uint64_t{2} << 20);
  EXPECT_EQ(parse_size("4g"), std::uint64_t{4} << 30);
  EXPECT_EQ(parse_size("1tib"), std::uint64_t{1} << 40);
}

TEST(Number, WhatIsNoSizeIsRefused) {
  for (const char* text : {"", "k", "-1", "1.5k", "1 k", "1kb", "1kk", "0x10", "99999999999999t",
                           "18446744073709551616"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(Number, DurationsTakeUnitsAndFractions) {
  EXPECT_EQ(parse_duration("30"), 30'000U);
  EXPECT_EQ(parse_duration("0.5"), 500U);
  EXPECT_EQ(parse_duration("500ms"), 500U);
  EXPECT_EQ(parse_duration("30s"), 30'000U);
  EXPECT_EQ(parse_duration("1.5m"), 90'000U);
  EXPECT_EQ(parse_duration("2h"), 7'200'000U);
  EXPECT_EQ(parse_duration("1d"), 86'400'000U);
  EXPECT_EQ(parse_duration("0"), 0U);
}

TEST(Number, WhatIsNoDurationIsRefused) {
  for (const char* text :
       {"", "s", "-1s", "1 s", "1sec", "inf", "nan", "1e3", "1..5s", ".", "999999999999999999d"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Number, FlagsTakeTheUsualWords) {
  for (const char* text : {"true", "True", "yes", "on", "1"}) EXPECT_EQ(parse_flag(text), true);
  for (const char* text : {"false", "NO", "off", "0"}) EXPECT_EQ(parse_flag(text), false);
  for (const char* text : {"", "maybe", "2"}) EXPECT_EQ(parse_flag(text), std::nullopt);
}

TEST(Number, CountsAreDigitsAlone) {
  EXPECT_EQ(parse_count("64"), 64U);
  for (const char* text : {"", "-1", "+1", " 1", "1k", "1.0"}) {
    EXPECT_EQ(parse_count(text), std::nullopt) << text;
  }
}

TEST(Number, TextsAreShortAndExact) {
  EXPECT_EQ(size_text(0), "0");
  EXPECT_EQ(size_text(16384), "16KiB");
  EXPECT_EQ(size_text(16385), "16385");
  EXPECT_EQ(size_text(std::uint64_t{4} << 30), "4GiB");
  EXPECT_EQ(duration_text(0), "0");
  EXPECT_EQ(duration_text(1500), "1500ms");
  EXPECT_EQ(duration_text(90'000), "90s");
  EXPECT_EQ(duration_text(60'000), "1m");
}

}  // namespace
}  // namespace coachwhip::config
