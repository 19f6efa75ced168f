#include "handlers/files/cache_control.hpp"

#include <gtest/gtest.h>

namespace coachwhip::handlers::files {
namespace {

TEST(CacheControl, WithoutRulesOnlyFingerprintsAreKept) {
  const CacheControl none;
  EXPECT_EQ(none.find("a/app.3f2a9c1b.js"), "public, max-age=31536000, immutable");
  EXPECT_EQ(none.find("a/app.js"), "");
}

TEST(CacheControl, TheFirstRuleThatFitsCounts) {
  const CacheControl rules("/static", {{"/static/fonts/**", "max-age=1"},
                                       {"*.html", "no-cache"},
                                       {"*.woff2", "max-age=2"},
                                       {"/static/*", "max-age=3"},
                                       {"*.3f2a9c1b.*", ""}});
  EXPECT_EQ(rules.find("fonts/a/b.woff2"), "max-age=1");
  EXPECT_EQ(rules.find("index.html"), "no-cache");
  EXPECT_EQ(rules.find("a/b/index.html"), "no-cache");
  EXPECT_EQ(rules.find("a/b.woff2"), "max-age=2");
  EXPECT_EQ(rules.find("plain.js"), "max-age=3");
  EXPECT_EQ(rules.find("a/plain.js"), "");
  EXPECT_EQ(rules.find("a/app.3f2a9c1b.js"), "") << "an empty value means none";
  EXPECT_EQ(rules.find("a/app.27e20196a850.css"), "public, max-age=31536000, immutable");
}

}  // namespace
}  // namespace coachwhip::handlers::files
