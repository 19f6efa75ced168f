#include "compress/compressor.hpp"

#include <gtest/gtest.h>
#include <random>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "compress/test_decoder.hpp"

namespace coachwhip::compress {
namespace {

using http::ContentCoding;

std::string text(std::size_t size) {
  std::string content;
  for (int i = 0; content.size() < size; ++i) content += "line " + std::to_string(i) + " of many\n";
  content.resize(size);
  return content;
}

std::string noise(std::size_t size) {
  std::mt19937 random(1);
  std::string content(size, '\0');
  for (char& byte : content) byte = static_cast<char>(random());
  return content;
}

class Compressing : public testing::Test {
 protected:
  static Compressor::Original in_memory(Bytes content, std::uint64_t inode = 1) {
    return {{.inode = inode, .size = content.size()}, content, nullptr};
  }
  static Compressor::Original on_disk(Bytes content) {
    auto file = std::make_shared<const UniqueFd>(::memfd_create("file", 0));
    EXPECT_EQ(::write(file->get(), content.data(), content.size()),
              static_cast<ssize_t>(content.size()));
    return {state(*file), {}, file};
  }
  static FileState state(const UniqueFd& file) {
    struct stat status;
    EXPECT_EQ(::fstat(file.get(), &status), 0);
    return FileState::of(status);
  }

  // Asks until there is an answer.
  Compressor::Found wait_for(const Compressor::Original& original,
                             ContentCoding coding = ContentCoding::gzip) {
    for (;;) {
      auto found = compressor_.find(original, coding);
      if (found.content || found.is_hopeless) return found;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  Compressor compressor_{std::size_t{1} << 20};
};

TEST_F(Compressing, ContentIsThereAfterIt) {
  const std::string content = text(30'000);
  EXPECT_EQ(compressor_.find(in_memory(content), ContentCoding::br).content, nullptr);
  for (const ContentCoding coding : http::compressions) {
    const auto found = wait_for(in_memory(content), coding);
    ASSERT_NE(found.content, nullptr);
    EXPECT_LT(found.content->bytes().size(), content.size() / 4);
    EXPECT_EQ(decode(coding, found.content->bytes()).content, content);
  }
}

TEST_F(Compressing, FilesAreReadInPieces) {
  const std::string content = text(1'000'000);
  const auto found = wait_for(on_disk(content), ContentCoding::zstd);
  ASSERT_NE(found.content, nullptr);
  const Decoded decoded = decode(ContentCoding::zstd, found.content->bytes());
  EXPECT_TRUE(decoded.is_complete && decoded.content == content);
}

TEST_F(Compressing, TheSameIsMadeOnce) {
  const std::string content = text(30'000);
  const auto first = wait_for(in_memory(content)).content;
  EXPECT_EQ(wait_for(in_memory(content)).content, first);
  EXPECT_NE(wait_for(in_memory(content, 2)).content, first);
}

TEST_F(Compressing, WhatHardlyGetsSmallerIsGivenUpCodingByCoding) {
  const std::string content = noise(100'000);
  EXPECT_TRUE(wait_for(in_memory(content), ContentCoding::br).is_hopeless);
  EXPECT_FALSE(compressor_.find(in_memory(content), ContentCoding::gzip).is_hopeless);
  EXPECT_TRUE(wait_for(in_memory(content), ContentCoding::gzip).is_hopeless);
  EXPECT_TRUE(wait_for(on_disk(content)).is_hopeless);
}

TEST_F(Compressing, AFileThatHasChangedIsNotKept) {
  const auto original = on_disk(text(300'000));
  ASSERT_EQ(::ftruncate(original.file->get(), 200'000), 0);
  EXPECT_TRUE(wait_for(original).is_hopeless);
  const auto later = on_disk(text(300'000));
  ASSERT_EQ(::pwrite(later.file->get(), "x", 1, 5), 1);
  if (!(state(*later.file) == later.state)) {
    EXPECT_TRUE(wait_for(later).is_hopeless);
  }
}

TEST_F(Compressing, WhatIsNotKeptIsNotMadeAgain) {
  Compressor small(2000);
  const std::string content = text(200'000);
  for (;;) {
    const auto found = small.find(in_memory(content), ContentCoding::gzip);
    ASSERT_EQ(found.content, nullptr);
    if (found.is_hopeless) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST_F(Compressing, AskingNeverWaitsAndTheEndComesSoon) {
  auto busy = std::make_unique<Compressor>(std::size_t{64} << 20);
  auto original = on_disk(text(8'000'000));
  for (original.state.inode = 1; original.state.inode <= 500; ++original.state.inode) {
    EXPECT_EQ(busy->find(original, ContentCoding::br).content, nullptr);
  }
  busy.reset();
}

TEST_F(Compressing, ManyThreadsMayAsk) {
  const std::string content = text(20'000);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, &content] {
      for (std::uint64_t inode = 1; inode <= 40; ++inode) {
        const auto found = wait_for(in_memory(content, inode), ContentCoding::zstd);
        EXPECT_EQ(decode(ContentCoding::zstd, found.content->bytes()).content, content);
      }
    });
  }
}

}  // namespace
}  // namespace coachwhip::compress
