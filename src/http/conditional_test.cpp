#include "http/conditional.hpp"

#include <gtest/gtest.h>
#include <initializer_list>

namespace coachwhip::http {
namespace {

constexpr Bytes earlier = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr Bytes exact = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr Bytes later = "Sun, 06 Nov 1994 08:49:38 GMT";
const Validators file{"\"abc\"", WallTime(std::chrono::seconds(784111777))};

struct Line {
  HeaderId id;
  Bytes value;
};

Headers make(std::initializer_list<Line> lines) {
  Headers headers;
  for (const Line& line : lines) headers.add(line.id, line.value);
  return headers;
}

Precondition get(std::initializer_list<Line> lines, const Validators& validators = file) {
  return evaluate(Method::GET, make(lines), validators);
}

Precondition put(std::initializer_list<Line> lines) {
  return evaluate(Method::PUT, make(lines), file);
}

using enum HeaderId;
using enum Precondition;

TEST(Conditional, NoConditionIsNoObstacle) { EXPECT_EQ(get({}), proceed); }

TEST(Conditional, IfMatchComparesStrongly) {
  EXPECT_EQ(get({{if_match, "\"abc\""}}), proceed);
  EXPECT_EQ(get({{if_match, "\"x\", \"abc\""}}), proceed);
  EXPECT_EQ(get({{if_match, "\"x\""}, {if_match, "\"abc\""}}), proceed);
  EXPECT_EQ(get({{if_match, "*"}}), proceed);
  EXPECT_EQ(get({{if_match, "\"x\""}}), failed);
  EXPECT_EQ(get({{if_match, "W/\"abc\""}}), failed);
  EXPECT_EQ(get({{if_match, "abc"}}), failed);
  EXPECT_EQ(get({{if_match, ""}}), failed);
  EXPECT_EQ(get({{if_match, "W/\"abc\""}}, {"W/\"abc\"", file.last_modified}), failed);
}

TEST(Conditional, IfNoneMatchComparesWeakly) {
  for (const Bytes value : {"\"abc\"", "W/\"abc\"", "\"x\",W/\"abc\"", "\"a,b\" , \"abc\"", "*"}) {
    EXPECT_EQ(get({{if_none_match, value}}), not_modified) << value;
    EXPECT_EQ(evaluate(Method::HEAD, make({{if_none_match, value}}), file), not_modified) << value;
    EXPECT_EQ(put({{if_none_match, value}}), failed) << value;
  }
  for (const Bytes value : {"\"x\"", "abc", "", "\"abc", "w/\"abc\"", "\"ABC\"", "x, \"abc\""}) {
    EXPECT_EQ(get({{if_none_match, value}}), proceed) << value;
    EXPECT_EQ(put({{if_none_match, value}}), proceed) << value;
  }
}

TEST(Conditional, IfModifiedSinceIsForReadingOnly) {
  EXPECT_EQ(get({{if_modified_since, earlier}}), proceed);
  EXPECT_EQ(get({{if_modified_since, exact}}), not_modified);
  EXPECT_EQ(get({{if_modified_since, later}}), not_modified);
  EXPECT_EQ(get({{if_modified_since, "Sunday, 06-Nov-94 08:49:37 GMT"}}), not_modified);
  EXPECT_EQ(put({{if_modified_since, later}}), proceed);
}

TEST(Conditional, IfUnmodifiedSinceIsForEveryMethod) {
  EXPECT_EQ(get({{if_unmodified_since, earlier}}), failed);
  EXPECT_EQ(put({{if_unmodified_since, earlier}}), failed);
  EXPECT_EQ(put({{if_unmodified_since, exact}}), proceed);
  EXPECT_EQ(put({{if_unmodified_since, later}}), proceed);
}

TEST(Conditional, DatesThatAreNoneAreIgnored) {
  EXPECT_EQ(get({{if_modified_since, "yesterday"}}), proceed);
  EXPECT_EQ(get({{if_unmodified_since, "yesterday"}}), proceed);
  EXPECT_EQ(get({{if_modified_since, later}, {if_modified_since, later}}), proceed);
  EXPECT_EQ(get({{if_modified_since, later}}, {"\"abc\"", {}}), proceed);
  EXPECT_EQ(get({{if_unmodified_since, earlier}}, {"\"abc\"", {}}), proceed);
}

TEST(Conditional, TagsGoBeforeDatesAndIfMatchBeforeIfNoneMatch) {
  EXPECT_EQ(get({{if_match, "\"abc\""}, {if_unmodified_since, earlier}}), proceed);
  EXPECT_EQ(get({{if_none_match, "\"x\""}, {if_modified_since, later}}), proceed);
  EXPECT_EQ(get({{if_none_match, "\"abc\""}, {if_modified_since, earlier}}), not_modified);
  EXPECT_EQ(get({{if_none_match, "\"abc\""}, {if_match, "\"x\""}}), failed);
  EXPECT_EQ(get({{if_none_match, "\"abc\""}, {if_match, "\"abc\""}}), not_modified);
  EXPECT_EQ(get({{if_none_match, "\"abc\""}, {if_unmodified_since, earlier}}), failed);
}

TEST(Conditional, WithoutAnEntityTagOnlyTheStarMatches) {
  const Validators untagged{"", file.last_modified};
  EXPECT_EQ(get({{if_match, "\"\""}}, untagged), failed);
  EXPECT_EQ(get({{if_none_match, "\"abc\""}}, untagged), proceed);
  EXPECT_EQ(get({{if_none_match, "*"}}, untagged), not_modified);
}

TEST(IfRange, AllowsARangeOfTheSameContentOnly) {
  EXPECT_TRUE(allows_range(make({}), file));
  EXPECT_TRUE(allows_range(make({{if_range, "\"abc\""}}), file));
  EXPECT_TRUE(allows_range(make({{if_range, exact}}), file));
  for (const Bytes value : {"\"x\"", "W/\"abc\"", "\"abc\", \"x\"", "abc", "*", ""}) {
    EXPECT_FALSE(allows_range(make({{if_range, value}}), file)) << value;
  }
  EXPECT_FALSE(allows_range(make({{if_range, earlier}}), file));
  EXPECT_FALSE(allows_range(make({{if_range, later}}), file));
  EXPECT_FALSE(allows_range(make({{if_range, "\"abc\""}, {if_range, "\"x\""}}), file));
  EXPECT_FALSE(allows_range(make({{if_range, "Thu, 01 Jan 1970 00:00:00 GMT"}}), {"\"abc\"", {}}));
}

}  // namespace
}  // namespace coachwhip::http
