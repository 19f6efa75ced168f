#include "http/range.hpp"

#include <gtest/gtest.h>
#include <string>

namespace coachwhip::http {
namespace {

// "whole", "none" or "first+count first+count …".
std::string asked(Bytes value, std::uint64_t size) {
  const auto parsed = parse_ranges(value, size);
  if (std::holds_alternative<WholeContent>(parsed)) return "whole";
  if (std::holds_alternative<NotSatisfiable>(parsed)) return "none";
  std::string text;
  for (const ByteRange range : std::get<std::vector<ByteRange>>(parsed)) {
    if (!text.empty()) text += ' ';
    text += std::to_string(range.first) + "+" + std::to_string(range.count);
  }
  return text;
}

TEST(Range, FirstAndLast) {
  EXPECT_EQ(asked("bytes=0-0", 10), "0+1");
  EXPECT_EQ(asked("bytes=2-5", 10), "2+4");
  EXPECT_EQ(asked("bytes=2-", 10), "2+8");
  EXPECT_EQ(asked("bytes=2-9", 10), "2+8");
  EXPECT_EQ(asked("bytes=2-10", 10), "2+8");
  EXPECT_EQ(asked("BYTES= 2-5 ,", 10), "2+4");
}

TEST(Range, Suffix) {
  EXPECT_EQ(asked("bytes=-1", 10), "9+1");
  EXPECT_EQ(asked("bytes=-10", 10), "0+10");
  EXPECT_EQ(asked("bytes=-11", 10), "0+10");
  EXPECT_EQ(asked("bytes=-0", 10), "none");
  EXPECT_EQ(asked("bytes=-1", 0), "whole");
}

TEST(Range, BehindTheEndIsNotSatisfiable) {
  EXPECT_EQ(asked("bytes=10-", 10), "none");
  EXPECT_EQ(asked("bytes=10-20", 10), "none");
  EXPECT_EQ(asked("bytes=0-", 0), "none");
}

TEST(Range, NumbersOfAnySizeAreRead) {
  const std::string huge = "99999999999999999999999999999999";
  EXPECT_EQ(asked("bytes=5-" + huge, 10), "5+5");
  EXPECT_EQ(asked("bytes=-" + huge, 10), "0+10");
  EXPECT_EQ(asked("bytes=" + huge + "-", 10), "none");
  EXPECT_EQ(asked("bytes=18446744073709551614-18446744073709551615", UINT64_MAX),
            "18446744073709551614+1");
  EXPECT_EQ(asked("bytes=0-18446744073709551615", UINT64_MAX), "0+18446744073709551615");
  EXPECT_EQ(asked("bytes=0-0,18446744073709551614-", UINT64_MAX), "0+1 18446744073709551614+1");
}

TEST(Range, WhatIsNotUnderstoodIsIgnored) {
  for (const Bytes value :
       {"",           "bytes",       "bytes=",        "bytes=-",       "bytes=5",
        "bytes=5-2",  "bytes=a-b",   "bytes=1-b",     "bytes=+1-2",    "bytes=1-+2",
        "bytes=1 -2", "bytes=--2",   "bytes=1--2",    "bytes 1-2",     "bytes =1-2",
        "items=0-1",  "bytes=0x1-2", "bytes=0-0,2-1", "bytes=0-0,-",   "bytes=0-0,x",
        "bytes=,",    "bytes=x,0-0", "bytes=0-0;2-3", "bytes=0-0 2-3", "bytes=99-,x"}) {
    EXPECT_EQ(asked(value, 10), "whole") << value;
  }
}

TEST(Ranges, KeepTheOrderInWhichTheyAreAskedFor) {
  EXPECT_EQ(asked("bytes=0-9,500-599", 1000), "0+10 500+100");
  EXPECT_EQ(asked("bytes=500-599, 0-9 ,, -1", 1000), "500+100 0+10 999+1");
}

TEST(Ranges, BehindTheEndAreLeftOut) {
  EXPECT_EQ(asked("bytes=1000-,0-0", 1000), "0+1");
  EXPECT_EQ(asked("bytes=0-0,2000-3000,-0,500-500", 1000), "0+1 500+1");
  EXPECT_EQ(asked("bytes=1000-,-0,5000-6000", 1000), "none");
}

TEST(Ranges, ThatOverlapOrAreNearAreOne) {
  EXPECT_EQ(asked("bytes=0-9,5-14", 1000), "0+15");
  EXPECT_EQ(asked("bytes=0-9,10-19", 1000), "0+20");
  EXPECT_EQ(asked("bytes=0-9,0-9,0-9", 1000), "0+10");
  EXPECT_EQ(asked("bytes=0-,-1,5-5", 1000), "0+1000");
  EXPECT_EQ(asked("bytes=0-9,137-140", 1000), "0+141");       // 127 bytes between them
  EXPECT_EQ(asked("bytes=0-9,138-140", 1000), "0+10 138+3");  // 128
  EXPECT_EQ(asked("bytes=138-140,0-9", 1000), "138+3 0+10");
  EXPECT_EQ(asked("bytes=500-509,900-909,0-9,490-499", 1000), "490+20 900+10 0+10");
}

TEST(Ranges, OneThatTouchesSeveralUnitesThem) {
  EXPECT_EQ(asked("bytes=0-9,500-509,900-909,10-899", 1000), "0+910");
  EXPECT_EQ(asked("bytes=900-909,500-509,0-9,10-400", 1000), "900+10 0+510");
}

TEST(Ranges, MoreThanSixteenAreIgnored) {
  std::string value = "bytes=0-0";
  for (int i = 1; i < 16; ++i) value += "," + std::to_string(i * 1000) + "-";
  EXPECT_EQ(asked(value, 1'000'000), "0+1 1000+999000");
  EXPECT_EQ(asked(value + ",5-5", 1'000'000), "whole");
  EXPECT_EQ(asked(value + ",9000000-", 1'000'000), "whole");
}

TEST(Range, IsNamedWithItsEndsAndTheSize) {
  EXPECT_EQ(format_content_range({0, 1}, 1), "bytes 0-0/1");
  EXPECT_EQ(format_content_range({10, 90}, 1000), "bytes 10-99/1000");
}

}  // namespace
}  // namespace coachwhip::http
