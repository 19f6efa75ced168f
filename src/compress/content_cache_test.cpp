#include "compress/content_cache.hpp"

#include <gtest/gtest.h>

namespace coachwhip::compress {
namespace {

using http::ContentCoding;

class Contents : public testing::Test {
 protected:
  static FileState file(std::uint64_t inode) { return {.inode = inode}; }

  // Of a fifth of what fits.
  void add(std::uint64_t inode, ContentCoding coding = ContentCoding::gzip) {
    cache_.add(file(inode), coding,
               std::make_shared<const EncodedContent>(std::string(18'000, 'x')));
    EXPECT_LE(cache_.bytes(), bytes_max);
  }
  bool has(std::uint64_t inode, ContentCoding coding = ContentCoding::gzip) {
    return cache_.find(file(inode), coding) != nullptr;
  }

  static constexpr std::size_t bytes_max = 100'000;
  ContentCache cache_{bytes_max};
};

TEST_F(Contents, AreKeptByFileAndCoding) {
  add(1);
  EXPECT_TRUE(has(1));
  EXPECT_FALSE(has(1, ContentCoding::br));
  EXPECT_FALSE(has(2));
  FileState changed = file(1);
  changed.changed_ns = 1;
  EXPECT_EQ(cache_.find(changed, ContentCoding::gzip), nullptr);
}

TEST_F(Contents, TheOldestMakeRoom) {
  for (std::uint64_t inode = 1; inode <= 50; ++inode) add(inode);
  for (std::uint64_t inode = 1; inode <= 45; ++inode) EXPECT_FALSE(has(inode)) << inode;
  for (std::uint64_t inode = 46; inode <= 50; ++inode) EXPECT_TRUE(has(inode)) << inode;
}

TEST_F(Contents, WhatIsSentStays) {
  add(1);
  const auto sent = cache_.find(file(1), ContentCoding::gzip);
  for (std::uint64_t inode = 2; inode <= 50; ++inode) {
    sent->mark();
    add(inode);
  }
  EXPECT_TRUE(has(1));
  EXPECT_TRUE(has(50));
}

TEST_F(Contents, AllThatIsSentAllTheTimeStillMakesRoom) {
  std::vector<std::shared_ptr<const EncodedContent>> all;
  for (std::uint64_t inode = 1; inode <= 20; ++inode) {
    for (const auto& one : all) one->mark();
    add(inode);
    all.push_back(cache_.find(file(inode), ContentCoding::gzip));
  }
}

TEST_F(Contents, WhatIsNotWorthItIsKnownAndTakesRoomToo) {
  cache_.add_incompressible(file(1), ContentCoding::gzip);
  EXPECT_TRUE(cache_.is_incompressible(file(1), ContentCoding::gzip));
  EXPECT_FALSE(cache_.is_incompressible(file(1), ContentCoding::zstd));
  EXPECT_FALSE(cache_.is_incompressible(file(2), ContentCoding::gzip));
  for (std::uint64_t inode = 2; inode <= 10'000; ++inode) {
    cache_.add_incompressible(file(inode), ContentCoding::gzip);
  }
  EXPECT_LE(cache_.bytes(), bytes_max);
  EXPECT_FALSE(cache_.is_incompressible(file(2), ContentCoding::gzip));
}

TEST_F(Contents, WhatCanNeverFitIsSeen) {
  EXPECT_TRUE(cache_.is_too_large(EncodedContent(std::string(bytes_max, 'x'))));
  EXPECT_FALSE(cache_.is_too_large(EncodedContent(std::string(bytes_max / 2, 'x'))));
}

}  // namespace
}  // namespace coachwhip::compress
