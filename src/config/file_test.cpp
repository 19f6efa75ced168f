#include "config/file.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "config/test_folder.hpp"

namespace coachwhip::config {
namespace {

std::expected<std::vector<Given>, Faults> read(const std::string& content) {
  const TestFolder folder;
  folder.write("coachwhip.toml", content);
  return read_file(folder.path() / "coachwhip.toml", "coachwhip.toml");
}

// The values of one option with the lines they stand on: "text@line".
std::vector<std::string> values(const std::string& content, std::string_view name) {
  std::vector<std::string> found;
  const auto given = read(content);
  EXPECT_TRUE(given) << content;
  for (const Given& one : given.value_or(std::vector<Given>{})) {
    if (options[one.key].name != name) continue;
    found.push_back(one.value.text + "@" + one.value.origin.substr(one.value.origin.find(':') + 1));
  }
  return found;
}

using Texts = std::vector<std::string>;

TEST(File, ValuesKeepTheirLines) {
  EXPECT_EQ(values("\n\napp = 'site.wsgi'\n", "app"), Texts{"site.wsgi@3"});
  EXPECT_EQ(values("threads = 8\n", "threads"), Texts{"8@1"});
  EXPECT_EQ(values("reload = true\n", "reload"), Texts{"true@1"});
  EXPECT_EQ(values("max-body-size = 1024", "max-body-size"), Texts{"1024@1"});
  EXPECT_EQ(values("max-body-size = '1g'", "max-body-size"), Texts{"1g@1"});
  EXPECT_EQ(values("idle-timeout = 0.5", "idle-timeout"), Texts{"0.500000@1"});
}

TEST(File, ListsAndTables) {
  EXPECT_EQ(values("bind = ':80'", "bind"), Texts{":80@1"});
  EXPECT_EQ(values("bind = [\n':80',\n'[::1]:81']", "bind"), (Texts{":80@2", "[::1]:81@3"}));
  EXPECT_EQ(values("[static]\n'/a' = 'x'\n'/b' = 'y=z'\n", "static"),
            (Texts{"/a=x@2", "/b=y=z@3"}));
  EXPECT_EQ(values("env = {A = '1'}", "env"), Texts{"A=1@1"});
}

TEST(File, RelativeFoldersStartAtTheFile) {
  const TestFolder folder;
  folder.write("etc/site.toml", "app-dir = 'src'\n");
  const auto given = read_file(folder.path() / "etc/site.toml", "etc/site.toml");
  ASSERT_TRUE(given);
  EXPECT_EQ(given->front().value.folder, folder.path() / "etc");
  EXPECT_EQ(given->front().value.origin, "etc/site.toml:1");
}

struct Case {
  const char* content;
  const char* fault;
};

TEST(File, FaultsNameLineKeyValueAndRemedy) {
  for (const auto& [content, fault] : {
           Case{"\nworker = 1\n",
                "coachwhip.toml:2: unknown key 'worker'; the nearest is 'workers'"},
           Case{"[static_files]\n",
                "coachwhip.toml:1: unknown key 'static_files'; the nearest is 'static'"},
           Case{"threads = '4'\n",
                "coachwhip.toml:1: threads: '4' is not allowed; write a whole "
                "number from 1 to 64"},
           Case{"threads = 1.5\n",
                "coachwhip.toml:1: threads: 1.500000 is not allowed; write a "
                "whole number from 1 to 64"},
           Case{"reload = 'yes'",
                "coachwhip.toml:1: reload: 'yes' is not allowed; write true or "
                "false"},
           Case{"log-level = 3",
                "coachwhip.toml:1: log-level: 3 is not allowed; write a string, "
                "debug|info|warning|error|off"},
           Case{"bind = []",
                "coachwhip.toml:1: bind: an empty list is not allowed; write a string "
                "or a list of strings, ADDRESS"},
           Case{"bind = [\n':80',\n8000]",
                "coachwhip.toml:3: bind: 8000 is not allowed; write a "
                "string or a list of strings, ADDRESS"},
           Case{"mount = '/=app'",
                "coachwhip.toml:1: mount: '/=app' is not allowed; write a table "
                "of strings, /PATH=TARGET"},
           Case{"[env]\nA = 1",
                "coachwhip.toml:2: env: 1 is not allowed; write a table of strings, "
                "NAME=VALUE"},
           Case{"[static]\n'/a=b' = 'x'",
                "coachwhip.toml:2: static: '/a=b' holds a '='; choose a name without"},
           Case{"config = 'x'",
                "coachwhip.toml:1: config: a file cannot name this; say it on the command line"},
       }) {
    const auto given = read(content);
    ASSERT_FALSE(given) << content;
    EXPECT_EQ(given.error(), Faults{fault});
  }
}

TEST(File, EveryFaultIsTold) {
  const auto given = read("thread = 1\nworkers = 'x'\nreload = 3\n");
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().size(), 3U);
}

TEST(File, BrokenTomlNamesTheLine) {
  for (const char* content :
       {"app = 'x'\nthreads = = 4\n", "\n[static\n", "app = 'x'\napp = 'y'\n"}) {
    const auto given = read(content);
    ASSERT_FALSE(given) << content;
    EXPECT_TRUE(given.error().front().starts_with("coachwhip.toml:2: not TOML: "))
        << given.error().front();
  }
}

TEST(File, AMissingFileAndAFolderAreRefused) {
  const TestFolder folder;
  const auto missing = read_file(folder.path() / "x.toml", "x.toml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().front(),
            "cannot read x.toml: No such file or directory; name a readable file with --config");
  EXPECT_FALSE(read_file(folder.path(), "x.toml"));
}

TEST(File, WhatIsNotTomlIsAFaultAndNeverMore) {
  for (const std::string text : {"[[[", "[,]", "[[a", "a = [[[,", "a.b.", "[a.]", "a = {b=}",
                                 "\xff", "a = \"\\u12\"", "[[]]", "= 1", "a = 1e", "a = 0x"}) {
    const auto given = read(text);
    ASSERT_FALSE(given) << text;
    ASSERT_EQ(given.error().size(), 1U) << text;
    EXPECT_TRUE(given.error().front().starts_with("coachwhip.toml:1: not TOML: "))
        << given.error().front();
  }
}

TEST(File, TheLineIsNamedWhereTheParserGivesUp) {
  EXPECT_EQ(read("threads = 2\nbind = [\n':1']\n[[[\n").error().front(),
            "coachwhip.toml:4: not TOML: the parser cannot make sense of it");
}

TEST(File, MutilatedTextsAreFaultsAtMost) {
  const std::string
      whole = "bind = [':1', \":2\"] # x\n[env]\nA.b = {c = 1e5, d = 07:32:00}\n[[x]]\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    (void)read(whole.substr(0, size));
    for (const char byte : {'[', ']', ',', '=', '.', '\'', '"', '\n', '\0', '\xff'}) {
      std::string mutilated = whole;
      mutilated[size] = byte;
      (void)read(mutilated);
    }
  }
}

TEST(File, OnlyARegularFileIsRead) {
  const TestFolder folder;
  ASSERT_EQ(::mkfifo(folder.text("coachwhip.toml").c_str(), 0644), 0);
  const auto given = read_file(folder.path() / "coachwhip.toml", "coachwhip.toml");
  ASSERT_FALSE(given);
  EXPECT_NE(given.error().front().find("it is no regular file"), std::string::npos);
}

}  // namespace
}  // namespace coachwhip::config
