#include "handlers/files/served_file.hpp"

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "handlers/files/test_folder.hpp"

namespace coachwhip::handlers::files {
namespace {

class Siblings : public testing::Test {
 protected:
  void SetUp() override { write("a", 100, 500); }

  void write(const std::string& name, std::int64_t second, long nanosecond) const {
    folder_.write(name, name);
    folder_.date(name, second, nanosecond);
  }
  // Of which name is the file that a client gets that accepts everything?
  std::string chosen() const {
    auto file = ServedFile::open(*Folder::open(folder_.path()), "a", 1000);
    if (!file) return "errno " + std::to_string(file.error().number);
    http::Headers headers;
    headers.add(http::HeaderId::accept_encoding, "*");
    OpenFile& chosen = file->choose(headers, {}).file;
    const http::Body body = chosen.body({0, chosen.size()});
    return std::string(std::get<http::Lease>(body).bytes());
  }

  TestFolder folder_;
};

TEST_F(Siblings, AreChosenByTheServersPreference) {
  EXPECT_EQ(chosen(), "a");
  write("a.gz", 100, 500);
  EXPECT_EQ(chosen(), "a.gz");
  write("a.br", 100, 500);
  EXPECT_EQ(chosen(), "a.br");
  write("a.zst", 100, 500);
  EXPECT_EQ(chosen(), "a.zst");
}

TEST_F(Siblings, AreNotOlderThanTheFile) {
  write("a.gz", 99, 999);
  EXPECT_EQ(chosen(), "a");
  write("a.gz", 100, 499);
  EXPECT_EQ(chosen(), "a");
  write("a.gz", 100, 500);
  EXPECT_EQ(chosen(), "a.gz");
  write("a.gz", 101, 0);
  EXPECT_EQ(chosen(), "a.gz");
}

TEST_F(Siblings, MayHaveLostTheFractionOfTheSecond) {
  write("a.br", 100, 0);
  EXPECT_EQ(chosen(), "a.br");
  write("a.br", 99, 0);
  EXPECT_EQ(chosen(), "a");
}

TEST_F(Siblings, AreRegularFilesInTheFolder) {
  std::filesystem::create_directories(folder_.path("a.zst"));
  ASSERT_EQ(::mkfifo(folder_.path("a.br").c_str(), 0644), 0);
  folder_.link("a.gz", "/etc/passwd");
  EXPECT_EQ(chosen(), "a");
}

TEST_F(Siblings, DoNotMakeAFile) {
  write("a.gz", 200, 0);
  std::filesystem::remove(folder_.path("a"));
  EXPECT_EQ(chosen(), "errno 2");
}

TEST_F(Siblings, CountAsFilesAndInMemory) {
  const Folder folder = *Folder::open(folder_.path());
  const auto alone = ServedFile::open(folder, "a", 1000);
  write("a.gz", 200, 0);
  write("a.br", 200, 0);
  const auto all = ServedFile::open(folder, "a", 1000);
  EXPECT_EQ(alone->files(), 1U);
  EXPECT_EQ(all->files(), 3U);
  EXPECT_GT(all->memory(), 2 * alone->memory());
}

}  // namespace
}  // namespace coachwhip::handlers::files
