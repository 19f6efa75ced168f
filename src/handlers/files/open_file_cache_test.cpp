#include "handlers/files/open_file_cache.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <memory>

#include "handlers/files/test_folder.hpp"

namespace coachwhip::handlers::files {
namespace {

using namespace std::chrono_literals;

class Cache : public testing::Test {
 protected:
  void limit(CacheLimits limits) {
    cache_ = std::make_unique<OpenFileCache>(*Folder::open(folder_.path()), limits);
  }
  void SetUp() override { limit({}); }

  // What is sent for a file, from the cache or the disk.
  std::string content(const std::string& name) {
    ServedFile* served = cache_->find(name, now_);
    if (served == nullptr) {
      const auto loaded = cache_->load(name, name, now_);
      if (!loaded) return "errno " + std::to_string(loaded.error().number);
      served = *loaded;
    }
    OpenFile& file = served->choose({}, now_).file;
    const http::Body body = file.body({0, file.size()});
    if (const auto* lease = std::get_if<http::Lease>(&body)) return std::string(lease->bytes());
    const auto& range = std::get<http::FileRange>(body);
    std::string text(range.count, '\0');
    EXPECT_EQ(::pread(range.file, text.data(), text.size(), static_cast<off_t>(range.offset)),
              static_cast<ssize_t>(range.count));
    return text;
  }
  bool keeps(const std::string& name) { return cache_->find(name, now_) != nullptr; }

  TestFolder folder_;
  std::unique_ptr<OpenFileCache> cache_;
  TimePoint now_{1h};
};

TEST_F(Cache, AFileIsTrustedForASecondAndThenSeenAsItIs) {
  folder_.write("a", "old");
  EXPECT_EQ(content("a"), "old");
  folder_.write("a", "new");
  now_ += 999ms;
  EXPECT_EQ(content("a"), "old");
  now_ += 1ms;
  EXPECT_EQ(content("a"), "new");
}

TEST_F(Cache, AFileThatHasLongBeenAsItIsStays) {
  OpenFileCache system(*Folder::open("/etc"), {});
  ServedFile* file = *system.load("/passwd", "passwd", now_);
  EXPECT_EQ(system.find("/passwd", now_ + 1s), file);
  EXPECT_EQ(system.find("/passwd", now_ + 10s), file);
}

TEST_F(Cache, AReplacedARemovedAndALinkedFileAreNoticed) {
  folder_.write("a", "first");
  EXPECT_EQ(content("a"), "first");
  folder_.write("b", "other");
  std::filesystem::rename(folder_.path("b"), folder_.path("a"));
  now_ += 1s;
  EXPECT_EQ(content("a"), "other");
  std::filesystem::remove(folder_.path("a"));
  now_ += 1s;
  EXPECT_EQ(content("a"), "errno 2");
  folder_.link("a", "/etc/passwd");
  EXPECT_EQ(content("a"), "errno 2");
}

TEST_F(Cache, AbsenceIsNotRemembered) {
  EXPECT_EQ(content("a"), "errno 2");
  folder_.write("a", "here");
  EXPECT_EQ(content("a"), "here");
}

TEST_F(Cache, LargeFilesAreSentFromTheDisk) {
  const std::string large(40'000, 'x');
  folder_.write("large", large);
  EXPECT_EQ(content("large"), large);
  EXPECT_EQ(content("large"), large);
  folder_.write("edge", std::string(32'768, 'e'));
  folder_.write("over", std::string(32'769, 'o'));
  const http::Body edge = (*cache_->load("edge", "edge", now_))->choose({}, now_).file.body({0, 1});
  EXPECT_TRUE(std::holds_alternative<http::Lease>(edge));
  const http::Body over = (*cache_->load("over", "over", now_))->choose({}, now_).file.body({0, 1});
  EXPECT_TRUE(std::holds_alternative<http::FileRange>(over));
}

TEST_F(Cache, TheLeastRecentlyUsedEntryLeaves) {
  limit({.files_max = 2});
  for (const char* name : {"a", "b", "c"}) folder_.write(name, name);
  content("a");
  content("b");
  content("a");
  content("c");
  EXPECT_TRUE(keeps("a"));
  EXPECT_FALSE(keeps("b"));
  EXPECT_TRUE(keeps("c"));
}

TEST_F(Cache, SiblingsCountAsFiles) {
  limit({.files_max = 3});
  for (const char* name : {"a", "b", "b.gz", "b.br"}) folder_.write(name, name);
  content("a");
  content("b");
  EXPECT_FALSE(keeps("a"));
  EXPECT_TRUE(keeps("b"));
  content("a");
  EXPECT_FALSE(keeps("b"));
  EXPECT_TRUE(keeps("a"));
}

TEST_F(Cache, SiblingsThatAppearAndVanishAreNoticed) {
  http::Headers headers;
  headers.add(http::HeaderId::accept_encoding, "gzip");
  const auto encoding = [&] {
    ServedFile* file = cache_->find("a", now_);
    if (file == nullptr) file = *cache_->load("a", "a", now_);
    return file->choose(headers, now_).file.coding();
  };
  folder_.write("a", "a");
  EXPECT_EQ(encoding(), http::ContentCoding::identity);
  folder_.write("a.gz", "a.gz");
  EXPECT_EQ(encoding(), http::ContentCoding::identity);
  now_ += 1s;
  EXPECT_EQ(encoding(), http::ContentCoding::gzip);
  std::filesystem::remove(folder_.path("a.gz"));
  EXPECT_EQ(encoding(), http::ContentCoding::gzip);
  now_ += 1s;
  EXPECT_EQ(encoding(), http::ContentCoding::identity);
}

TEST_F(Cache, BytesAreBounded) {
  limit({.bytes_max = 50'000});
  for (const char* name : {"a", "b", "c"}) folder_.write(name, std::string(20'000, *name));
  content("a");
  content("b");
  EXPECT_TRUE(keeps("a"));
  content("c");
  EXPECT_FALSE(keeps("b"));
  EXPECT_TRUE(keeps("a"));
  EXPECT_TRUE(keeps("c"));
}

TEST_F(Cache, BodiesOutliveTheirEntryAndTheCache) {
  folder_.write("small", "small content");
  folder_.write("large", std::string(40'000, 'x'));
  OpenFile& small = (*cache_->load("small", "small", now_))->choose({}, now_).file;
  http::Body first = small.body({0, 5});
  http::Body second = small.body({6, 7});
  const http::Body
      file = (*cache_->load("large", "large", now_))->choose({}, now_).file.body({0, 40'000});
  cache_.reset();
  EXPECT_EQ(std::get<http::Lease>(first).bytes(), "small");
  first = {};
  EXPECT_EQ(std::get<http::Lease>(second).bytes(), "content");
  char byte = 0;
  EXPECT_EQ(::pread(std::get<http::FileRange>(file).file, &byte, 1, 39'999), 1);
  EXPECT_EQ(byte, 'x');
}

}  // namespace
}  // namespace coachwhip::handlers::files
