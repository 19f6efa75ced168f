#include "handlers/files/shown_text.hpp"

#include <gtest/gtest.h>

#include "base/html.hpp"

namespace coachwhip::handlers::files {
namespace {

TEST(ShownText, WellFormedTextStays) {
  for (const Bytes text : {Bytes("plain"), Bytes("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x90\x8D"),
                           Bytes("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"), Bytes("")}) {
    EXPECT_EQ(to_utf8(text), text);
  }
}

TEST(ShownText, EveryOtherByteIsReplaced) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(to_utf8("a\xE4z"), "a" + mark + "z");  // Latin-1
  EXPECT_EQ(to_utf8("\xC3"), mark);                // cut off
  EXPECT_EQ(to_utf8("\xE2\x82"), mark + mark);
  EXPECT_EQ(to_utf8("\xC0\xAF"), mark + mark);  // overlong
  EXPECT_EQ(to_utf8("\xE0\x80\xAF"), mark + mark + mark);
  EXPECT_EQ(to_utf8("\xF0\x80\x80\xAF"), mark + mark + mark + mark);
  EXPECT_EQ(to_utf8("\xED\xA0\x80"), mark + mark + mark);             // a surrogate
  EXPECT_EQ(to_utf8("\xF4\x90\x80\x80"), mark + mark + mark + mark);  // above U+10FFFF
  EXPECT_EQ(to_utf8("\xFF\x80"), mark + mark);
  EXPECT_EQ(to_utf8("a\nb\x1B\x7F\xC2\x85"), "a" + mark + "b" + mark + mark + mark);  // controls
}

TEST(ShownText, NothingOfANameIsMarkup) {
  EXPECT_EQ(escape_html("<script>alert(\"1'&\")</script>"),
            "&lt;script&gt;alert(&quot;1&#39;&amp;&quot;)&lt;/script&gt;");
}

}  // namespace
}  // namespace coachwhip::handlers::files
