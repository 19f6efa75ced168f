#include "handlers/files/glob.hpp"

#include <gtest/gtest.h>
#include <string>

namespace coachwhip::handlers::files {
namespace {

// As matches_glob(), in the plainest way.
bool matches_plainly(Bytes pattern, Bytes text) {
  if (pattern.empty()) return text.empty();
  const bool is_double = pattern.starts_with("**");
  if (pattern[0] == '*') {
    const Bytes rest = pattern.substr(is_double ? 2 : 1);
    for (std::size_t i = 0;; ++i) {
      if (matches_plainly(rest, text.substr(i))) return true;
      if (i == text.size() || (!is_double && text[i] == '/')) return false;
    }
  }
  const bool fits = !text.empty() && (pattern[0] == '?' ? text[0] != '/' : pattern[0] == text[0]);
  return fits && matches_plainly(pattern.substr(1), text.substr(1));
}

TEST(Glob, StarsStayInAFolderAndDoubleStarsDoNot) {
  for (const auto& [pattern, text] :
       std::vector<std::pair<std::string, std::string>>{{"*.html", "index.html"},
                                                        {"*.html", ".html"},
                                                        {"*", "a"},
                                                        {"*", ""},
                                                        {"**", "a/b"},
                                                        {"/a/*", "/a/b"},
                                                        {"/a/**", "/a/b/c"},
                                                        {"/**/x", "/a/b/x"},
                                                        {"?.js", "a.js"},
                                                        {"a*b*c", "a-b-b-c"},
                                                        {"/*/x/**.js", "/a/x/y/z.js"},
                                                        {"**b", "aab"}}) {
    EXPECT_TRUE(matches_glob(pattern, text)) << pattern << " " << text;
  }
  for (const auto& [pattern, text] :
       std::vector<std::pair<std::string, std::string>>{{"*.html", "index.htm"},
                                                        {"*.html", "a/b.html"},
                                                        {"/a/*", "/a/b/c"},
                                                        {"?", "/"},
                                                        {"?", ""},
                                                        {"", "a"},
                                                        {"a", ""},
                                                        {"a*b", "a/b"},
                                                        {"[a]", "a"}}) {
    EXPECT_FALSE(matches_glob(pattern, text)) << pattern << " " << text;
  }
}

TEST(Glob, EveryShortPatternMatchesWhatItSays) {
  const std::string letters = "a/*?";
  const auto nth = [](std::size_t n, Bytes alphabet) {
    std::string text;
    for (; n > 0; n = (n - 1) / alphabet.size()) text += alphabet[(n - 1) % alphabet.size()];
    return text;
  };
  for (std::size_t i = 0; i < 1365 * 4; ++i) {
    const std::string pattern = nth(i, letters);
    for (std::size_t k = 0; k < 127; ++k) {
      const std::string text = nth(k, "a/");
      ASSERT_EQ(matches_glob(pattern, text), matches_plainly(pattern, text))
          << pattern << " " << text;
    }
  }
}

TEST(Glob, ManyStarsCostLittle) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a**a";
  EXPECT_FALSE(matches_glob(pattern + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace coachwhip::handlers::files
