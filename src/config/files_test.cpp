#include "config/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/loader.hpp"
#include "config/test_folder.hpp"

namespace coachwhip::config {
namespace {

class FilesConfig : public testing::Test {
 protected:
  FilesConfig() {
    folder_.make_folder("public");
    folder_.make_folder("private");
    folder_.write("public/index.html", "index");
    folder_.write("errors/404.html", "gone");
    folder_.write_program("bin/python", "#!/bin/sh\n");
    invocation_.folder = folder_.path();
    invocation_.executable_folder = folder_.path() / "bin";
    say("static", "/=public");
  }
  void say(std::string_view name, const std::string& text) {
    const Key key = find_key(name).value();
    invocation_.arguments.push_back(
        {key, {.text = text, .origin = argument_name(options[key]), .folder = {}}});
  }
  Config loaded() {
    auto result = load(invocation_);
    if (!result) ADD_FAILURE() << result.error().front();
    return result ? result->config : Config{};
  }
  // What is said about one option with this value.
  std::string fault(std::string_view name, const std::string& text) {
    const auto before = invocation_.arguments;
    say(name, text);
    const auto result = load(invocation_);
    invocation_.arguments = before;
    return result ? "" : result.error().front();
  }

  TestFolder folder_;
  Invocation invocation_;
};

TEST_F(FilesConfig, Defaults) {
  const Config config = loaded();
  EXPECT_EQ(config.indexes, std::vector<std::string>{"index.html"});
  EXPECT_EQ(config.mounts[0].fallback, "");
  EXPECT_FALSE(config.mounts[0].lists);
  EXPECT_TRUE(config.cache_rules.empty() && config.error_pages.empty());
  EXPECT_TRUE(config.sendfile_roots.empty());
}

TEST_F(FilesConfig, AllOfItInTheFile) {
  folder_.write("coachwhip.toml", R"(
app = "app:app"
index = ["home.html", "index.html"]
listing = "/files/"
[static]
"/files" = "public"
[fallback]
"/files" = "index.html"
[cache-control]
"*.html" = "no-cache"
"/a/**" = "max-age=60, public"
"*.css" = ""
[error-page]
404 = "errors/404.html"
5xx = "errors/404.html"
[sendfile-root]
"/private/" = "private"
)");
  invocation_.arguments.clear();
  const Config config = loaded();
  EXPECT_EQ(config.indexes, (std::vector<std::string>{"home.html", "index.html"}));
  const Mount& files = config.mounts.back();
  EXPECT_EQ(files.fallback, "index.html");
  EXPECT_TRUE(files.lists);
  ASSERT_EQ(config.cache_rules.size(), 3U) << "in the order of the file";
  EXPECT_EQ(config.cache_rules[0].pattern, "*.html");
  EXPECT_EQ(config.cache_rules[1].pattern, "/a/**");
  EXPECT_EQ(config.cache_rules[1].value, "max-age=60, public");
  EXPECT_EQ(config.cache_rules[2].value, "");
  ASSERT_EQ(config.error_pages.size(), 2U);
  EXPECT_EQ(config.error_pages[0].first, 404);
  EXPECT_EQ(config.error_pages[0].last, 404);
  EXPECT_EQ(config.error_pages[0].content, "gone");
  EXPECT_EQ(config.error_pages[0].file_name, folder_.text("errors/404.html"));
  EXPECT_EQ(config.error_pages[1].first, 500);
  EXPECT_EQ(config.error_pages[1].last, 599);
  ASSERT_EQ(config.sendfile_roots.size(), 1U);
  EXPECT_EQ(config.sendfile_roots[0].name, "/private");
  EXPECT_EQ(config.sendfile_roots[0].folder, folder_.text("private"));
}

TEST_F(FilesConfig, WhatIsWrongIsNamed) {
  EXPECT_EQ(fault("index", "a/b"),
            "--index: 'a/b' is not allowed; write the name of a file that is served");
  EXPECT_EQ(fault("index", ".index"),
            "--index: '.index' is not allowed; write the name of a file that is served");
  EXPECT_EQ(fault("listing", "/none"),
            "--listing: there is no folder of files at '/none'; write --static /none=FOLDER too");
  EXPECT_EQ(fault("fallback", "/=none.html"),
            "--fallback: there is no file '" + folder_.text("public/none.html") + "'; make it");
  EXPECT_EQ(fault("fallback", "/=../private/x"),
            "--fallback: '../private/x' is not allowed; write the name of a file in '" +
                folder_.text("public") + "'");
  EXPECT_EQ(fault("fallback", "index.html"),
            "--fallback: 'index.html' is not allowed; write /PATH=FILE");
  EXPECT_EQ(fault("cache-control", "*.html"),
            "--cache-control: '*.html' is not allowed; write PATTERN=VALUE");
  EXPECT_EQ(fault("cache-control", "*=a\nb"),
            "--cache-control: the value holds a control character; write it without");
  for (const char* status : {"200", "399", "600", "40", "4xy", "4000", "x04", "404 "}) {
    EXPECT_EQ(fault("error-page", std::string(status) + "=errors/404.html"),
              "--error-page: '" + std::string(status) +
                  "' is no status of an error; write one from 400 to 599, 4xx or 5xx");
  }
  EXPECT_EQ(fault("error-page", "404=errors/none.html"),
            "--error-page: cannot use '" + folder_.text("errors/none.html") +
                "' as a page: it is not there; name a readable file of at most 1MiB");
  EXPECT_EQ(fault("error-page", "404=errors"),
            "--error-page: cannot use '" + folder_.text("errors") +
                "' as a page: it is no regular file; name a readable file of at most 1MiB");
  EXPECT_EQ(fault("sendfile-root", "/x=private"),
            "--sendfile-root: there is no application that could name files; leave it out");
  say("error-page", "404=errors/404.html");
  EXPECT_EQ(fault("error-page", "404=public/index.html"), "--error-page: '404' is written twice");
  EXPECT_NE(fault("sendfile-root", "/x=none").find("there is no folder"), std::string::npos);
  EXPECT_NE(fault("sendfile-root", "x=private").find("must begin with '/'"), std::string::npos);
}

}  // namespace
}  // namespace coachwhip::config
