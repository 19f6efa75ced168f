#include "http/range.hpp"

#include <gtest/gtest.h>
#include <string>

namespace coachwhip::http {
namespace {

// "whole", "none" or "first+count".
std::string asked(Bytes value, std::uint64_t size) {
  const auto range = parse_range(value, size);
  if (std::holds_alternative<WholeContent>(range)) return "whole";
  if (std::holds_alternative<NotSatisfiable>(range)) return "none";
  const auto& bytes = std::get<ByteRange>(range);
  return std::to_string(bytes.first) + "+" + std::to_string(bytes.count);
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
}

TEST(Range, WhatIsNotUnderstoodIsIgnored) {
  for (const Bytes value :
       {"",           "bytes",       "bytes=",        "bytes=-",      "bytes=5",
        "bytes=5-2",  "bytes=a-b",   "bytes=1-b",     "bytes=+1-2",   "bytes=1-+2",
        "bytes=1 -2", "bytes=--2",   "bytes=1--2",    "bytes 1-2",    "bytes =1-2",
        "items=0-1",  "bytes=0x1-2", "bytes=0-0,2-3", "bytes=0-0,-1", "bytes=0-0,x",
        "bytes=,"}) {
    EXPECT_EQ(asked(value, 10), "whole") << value;
  }
}

}  // namespace
}  // namespace coachwhip::http
