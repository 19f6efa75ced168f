#include "http/date.hpp"

#include <gtest/gtest.h>

namespace coachwhip::http {
namespace {

using std::chrono::seconds;

WallTime at(std::int64_t second) { return WallTime(seconds(second)); }

TEST(FormatDate, WritesTheFixedForm) {
  EXPECT_EQ(format_date(at(784111777)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_date(at(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_date(at(1709251199)), "Thu, 29 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(format_date(at(-1)), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(format_date(at(784111777) + std::chrono::milliseconds(999)),
            "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(ParseDate, UnderstandsAllThreeForms) {
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT"), at(784111777));
  EXPECT_EQ(parse_date("Sunday, 06-Nov-94 08:49:37 GMT"), at(784111777));
  EXPECT_EQ(parse_date("Sun Nov  6 08:49:37 1994"), at(784111777));
  EXPECT_EQ(parse_date("Wed Nov 16 08:49:37 1994"), at(784975777));
}

TEST(ParseDate, UndoesFormatDate) {
  for (std::int64_t second = -4'000'000'000; second < 9'000'000'000;
       second += 86'400 * 31 + 3'607) {
    EXPECT_EQ(parse_date(format_date(at(second))), at(second));
  }
}

TEST(ParseDate, AYearOfTwoDigitsIsAtMostFiftyYearsAhead) {
  const WallTime ahead = WallClock::now() + std::chrono::years(52);
  const std::string year = format_date(ahead).substr(14, 2);
  const auto date = parse_date("Sunday, 06-Nov-" + year + " 08:49:37 GMT");
  ASSERT_TRUE(date);
  EXPECT_LT(*date, WallClock::now());
}

TEST(ParseDate, DatesBeyondTheClockAreMovedToItsEnds) {
  EXPECT_GT(parse_date("Fri, 31 Dec 9999 23:59:59 GMT"), at(9'000'000'000));
  EXPECT_LT(parse_date("Sat, 01 Jan 0000 00:00:00 GMT"), at(-9'000'000'000));
}

TEST(ParseDate, RefusesEverythingElse) {
  for (const Bytes text : {"",
                           "0",
                           "now",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           " Sun, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 +0000",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Xyz, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 06 Nov 1994 08:60:37 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, -6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 94 08:49:37 GMT",
                           "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sun, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov 6 08:49:37 1994",
                           "Sun Nov   6 08:49:37 1994",
                           "Sun Nov  6 08:49:37 1994 GMT",
                           "Sun, 06 Nov 1994 8:49:37 GMT"}) {
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  }
}

TEST(DateCache, TextFollowsTheSecond) {
  DateCache cache;
  EXPECT_EQ(cache.date(at(-1)), "Wed, 31 Dec 1969 23:59:59 GMT");
  const Bytes first = cache.date(at(784111777));
  EXPECT_EQ(first, "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(cache.date(at(784111777) + std::chrono::milliseconds(500)).data(), first.data());
  EXPECT_EQ(cache.date(at(784111778)), "Sun, 06 Nov 1994 08:49:38 GMT");
}

}  // namespace
}  // namespace coachwhip::http
