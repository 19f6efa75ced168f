#include "config/target.hpp"

#include <gtest/gtest.h>

#include "config/test_folder.hpp"

namespace coachwhip::config {
namespace {

TEST(Target, ModulesFactoriesAndAttributes) {
  const TestFolder folder;
  for (const char* text : {"app", "app:app", "site.wsgi", "site.wsgi:application",
                           "pkg.mod:create_app()", "a:b.c", "_x1:y", "caf\xc3\xa9:app"}) {
    const auto target = parse_target(text, folder.path());
    ASSERT_TRUE(target) << text;
    EXPECT_EQ(target->kind, TargetKind::wsgi);
    EXPECT_EQ(target->text, text);
  }
}

TEST(Target, WhatIsNoTargetIsNamedWithTheRemedy) {
  const TestFolder folder;
  for (const char* text :
       {"", "a:", ":a", "a:b:c", "a..b", "1a", "a-b", "a:b(1)", "a:()", "a b", "a:b()()"}) {
    const auto target = parse_target(text, folder.path());
    ASSERT_FALSE(target) << text;
    EXPECT_NE(target.error().message.find(std::string("'") + text + "'"), std::string::npos);
    EXPECT_NE(target.error().message.find("module:attribute"), std::string::npos);
  }
}

TEST(Target, FoldersAreFilesAndBecomeAbsolute) {
  const TestFolder folder;
  folder.make_folder("public/deep");
  for (const char* text : {"public", "./public", "public/", "public/deep/..", "./public/."}) {
    const auto target = parse_target(text, folder.path());
    ASSERT_TRUE(target) << text;
    EXPECT_EQ(target->kind, TargetKind::files);
    EXPECT_EQ(target->text, folder.text("public"));
  }
  const auto root = parse_target("/", folder.path());
  ASSERT_TRUE(root);
  EXPECT_EQ(root->text, "/");
}

TEST(Target, APackageIsNotPublishedByItsNameAlone) {
  const TestFolder folder;
  folder.write("shop/__init__.py", "");
  EXPECT_EQ(parse_target("shop", folder.path())->kind, TargetKind::wsgi);
  EXPECT_EQ(parse_target("./shop", folder.path())->kind, TargetKind::files);
}

TEST(Target, AFileIsNoTarget) {
  const TestFolder folder;
  folder.write("app.py", "");
  EXPECT_EQ(parse_target("app.py", folder.path()).error().message,
            "'app.py' is a file; write the module's name: 'app'");
  EXPECT_EQ(parse_target("./app.py", folder.path()).error().message,
            "'" + folder.text("app.py") +
                "' is a file; write the folder that holds it, or an application as module:name");
  EXPECT_EQ(parse_target("./nowhere", folder.path()).error().message,
            "there is no folder '" + folder.text("nowhere") + "'; make it, or name another");
}

TEST(MountPath, IsNormalised) {
  EXPECT_EQ(parse_mount_path("/"), "/");
  EXPECT_EQ(parse_mount_path("//"), "/");
  EXPECT_EQ(parse_mount_path("/blog"), "/blog");
  EXPECT_EQ(parse_mount_path("/blog/"), "/blog");
  EXPECT_EQ(parse_mount_path("/a/b.c"), "/a/b.c");
}

TEST(MountPath, WhatNoRequestHasIsRefused) {
  for (const char* text :
       {"", "blog", "/a//b", "/a/../b", "/..", "/a/.", "/a b", "/a?b", "/a#b", "/%41", "/a\n"}) {
    EXPECT_FALSE(parse_mount_path(text)) << text;
  }
}

}  // namespace
}  // namespace coachwhip::config
