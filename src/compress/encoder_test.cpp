#include "compress/encoder.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "compress/test_decoder.hpp"

namespace coachwhip::compress {
namespace {

using http::ContentCoding;
using Then = Encoder::Then;

// Half text that is said again, half noise.
std::string make_content(std::size_t size, std::mt19937& random) {
  std::string content;
  while (content.size() < size) {
    content += "a text that is said again and again, ";
    for (int i = 0; i < 30; ++i) content += static_cast<char>(random());
  }
  content.resize(size);
  return content;
}

class Encoders : public testing::TestWithParam<std::tuple<ContentCoding, Effort>> {
 protected:
  ContentCoding coding() const { return std::get<0>(GetParam()); }
  Effort effort() const { return std::get<1>(GetParam()); }

  void expect_whole(Bytes encoded, const std::string& content) const {
    const Decoded decoded = decode(coding(), encoded);
    EXPECT_TRUE(decoded.content == content);
    EXPECT_TRUE(decoded.is_complete);
  }

  std::mt19937 random_{1};
};

INSTANTIATE_TEST_SUITE_P(All, Encoders,
                         testing::Combine(testing::ValuesIn(http::compressions),
                                          testing::Values(Effort::quick, Effort::thorough)));

TEST_P(Encoders, ContentOfAnySizeComesBack) {
  const std::vector<std::size_t> sizes{0,   1,   2,      3,      100,     511,
                                       512, 513, 32'768, 32'769, 100'000, 700'000};
  for (const std::size_t size : sizes) {
    const std::string content = make_content(size, random_);
    const std::string encoded = encode_whole(coding(), effort(), content);
    expect_whole(encoded, content);
    if (size > 1000) {
      EXPECT_LT(encoded.size(), size * 3 / 4);
    }
  }
}

TEST_P(Encoders, NoiseGrowsLittle) {
  std::string noise(300'000, '\0');
  for (char& byte : noise) byte = static_cast<char>(random_());
  const std::string encoded = encode_whole(coding(), effort(), noise);
  expect_whole(encoded, noise);
  EXPECT_LT(encoded.size(), noise.size() + 1000);
}

TEST_P(Encoders, WhatWasFlushedIsThere) {
  const auto encoder = Encoder::make(coding(), {effort(), std::nullopt});
  std::string encoded;
  std::string content;
  for (int i = 0; i < 50; ++i) {
    const std::string event = "data: event " + std::to_string(i) + "\n\n";
    encoder->encode(event, Then::go_on, encoded);
    encoder->encode({}, Then::flush, encoded);
    content += event;
    const Decoded decoded = decode(coding(), encoded);
    EXPECT_EQ(decoded.content, content);
    EXPECT_FALSE(decoded.is_complete);
  }
  encoder->encode({}, Then::finish, encoded);
  expect_whole(encoded, content);
}

TEST_P(Encoders, AnySequenceOfWritesAndFlushesComesBack) {
  for (int round = 0; round < 20; ++round) {
    const auto encoder = Encoder::make(coding(), {effort(), std::nullopt});
    std::string encoded;
    std::string content;
    for (auto steps = random_() % 30; steps > 0; --steps) {
      const std::size_t size = random_() % 4 == 0 ? 0 : std::size_t{1} << random_() % 16;
      const std::string piece = make_content(size, random_);
      const bool is_flushed = random_() % 2 == 0;
      encoder->encode(piece, is_flushed ? Then::flush : Then::go_on, encoded);
      content += piece;
    }
    encoder->encode(make_content(random_() % 3, random_), Then::finish, encoded);
    const Decoded decoded = decode(coding(), encoded);
    EXPECT_TRUE(decoded.content.starts_with(content));
    EXPECT_TRUE(decoded.is_complete);
  }
}

TEST_P(Encoders, AKnownSizeIsKeptToInPieces) {
  const std::string content = make_content(200'000, random_);
  const auto encoder = Encoder::make(coding(), {effort(), content.size()});
  std::string encoded;
  for (std::size_t done = 0; done < content.size(); done += 50'000) {
    const bool is_last = done + 50'000 == content.size();
    encoder->encode(Bytes(content).substr(done, 50'000), is_last ? Then::finish : Then::go_on,
                    encoded);
  }
  expect_whole(encoded, content);
}

TEST_P(Encoders, TheSameContentGivesTheSameBytes) {
  const std::string content = make_content(100'000, random_);
  EXPECT_EQ(encode_whole(coding(), effort(), content), encode_whole(coding(), effort(), content));
}

}  // namespace
}  // namespace coachwhip::compress
