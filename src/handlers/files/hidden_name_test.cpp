#include "handlers/files/hidden_name.hpp"

#include <gtest/gtest.h>
#include <string>

namespace coachwhip::handlers::files {
namespace {

TEST(HiddenName, BeginsWithADotOrIsWhatSomebodyLeftBehind) {
  for (const std::string name : {".",
                                 "..",
                                 ".env",
                                 ".git/config",
                                 ".htaccess",
                                 "a/.hidden",
                                 "a/.hidden/b",
                                 ".well-known",
                                 "a/.well-known/b",
                                 ".well-known/.env",
                                 ".well-known2/a",
                                 "index.html~",
                                 "#index.html#",
                                 "a/#b#",
                                 "index.html.bak",
                                 "INDEX.BAK",
                                 "page.orig",
                                 "page.rej",
                                 "page.swp",
                                 "page.swo",
                                 "folder.bak/page",
                                 "coachwhip.toml",
                                 "a/Coachwhip.TOML",
                                 "__pycache__/app.pyc",
                                 "CVS/Root",
                                 "_darcs/prefs",
                                 "coachwhip.toml.",
                                 "page.bak ",
                                 "page~.",
                                 "coachwhip.toml . ."}) {
    EXPECT_TRUE(is_hidden(name)) << name;
  }
}

TEST(HiddenName, IsNoneThatASiteMayHave) {
  for (const std::string name : {"",
                                 "index.html",
                                 "a/b/c",
                                 ".well-known/security.txt",
                                 ".well-known/acme-challenge/x",
                                 "~user/page",
                                 "#",
                                 "a#b",
                                 "#top",
                                 "bak",
                                 "backup.tar",
                                 "orig.html",
                                 "page.bakery",
                                 "config.toml",
                                 "coachwhip.toml.html",
                                 "app.py",
                                 "cvs/resume.pdf",
                                 "pycache",
                                 "page.tmp",
                                 "a..b"}) {
    EXPECT_FALSE(is_hidden(name)) << name;
  }
}

TEST(HiddenName, APathIsPublicIfEverySegmentIs) {
  for (const Bytes path : {Bytes("/"), Bytes("/a"), Bytes("/a/"), Bytes("/.well-known/a")}) {
    EXPECT_TRUE(is_public(path)) << path;
  }
  for (const Bytes path : {Bytes(""), Bytes("a"), Bytes("//"), Bytes("/a//b"), Bytes("/.a"),
                           Bytes("/a/../b"), Bytes("/a\0b", 4)}) {
    EXPECT_FALSE(is_public(path)) << path;
  }
}

}  // namespace
}  // namespace coachwhip::handlers::files
