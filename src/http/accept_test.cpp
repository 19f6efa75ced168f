#include "http/accept.hpp"

#include <gtest/gtest.h>
#include <string>

namespace coachwhip::http {
namespace {

Acceptance html(const std::string& value) {
  Headers headers;
  headers.add("Accept", value);
  return find_acceptance(headers, "text/html");
}

TEST(Accept, TheMostPreciseRangeCounts) {
  EXPECT_EQ(html("text/html").quality, 1000);
  EXPECT_EQ(html("TEXT/Html").quality, 1000);
  EXPECT_EQ(html("*/*;q=0.1, text/*;q=0.2, text/html;q=0.3").quality, 300);
  EXPECT_EQ(html("text/html;q=0.3, text/*;q=0.2, */*;q=0.1").quality, 300);
  EXPECT_EQ(html("*/*;q=0.1, text/*;q=0.2").quality, 200);
  EXPECT_EQ(html("*/* ; q=0.1").quality, 100);
  EXPECT_EQ(html("*/*, text/html;q=0").quality, 0);
  EXPECT_EQ(html("text/html;level=1;q=0.4").quality, 400);
  EXPECT_EQ(html("text/html;q=0.4, text/html").quality, 400);
}

TEST(Accept, WhatIsNotSaidOrMalformedIsNotAccepted) {
  for (const char* value : {"application/json", "", ",", "text", "text/", "/", "text/html;q=2",
                            "text/html;q=", "html/*", "tex/*", "text/htm", "*/html"}) {
    EXPECT_EQ(html(value).quality, 0) << value;
  }
}

TEST(Accept, WithoutTheFieldEverythingIsWelcomeAndNothingIsNamed) {
  EXPECT_EQ(find_acceptance({}, "text/html").quality, 1000);
  EXPECT_FALSE(find_acceptance({}, "text/html").is_named);
  EXPECT_FALSE(html("*/*").is_named);
  EXPECT_FALSE(html("text/*").is_named);
  EXPECT_TRUE(html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8").is_named);
}

TEST(Accept, SeveralFieldsAreOne) {
  Headers headers;
  headers.add("Accept", "*/*;q=0.1");
  headers.add("accept", "text/html;q=0.7");
  EXPECT_EQ(find_acceptance(headers, "text/html").quality, 700);
}

}  // namespace
}  // namespace coachwhip::http
