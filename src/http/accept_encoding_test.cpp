#include "http/accept_encoding.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace coachwhip::http {
namespace {

// The qualities of identity, gzip, br and zstd.
std::vector<int> accepted(const std::vector<Bytes>& values) {
  Headers headers;
  for (const Bytes value : values) headers.add(HeaderId::accept_encoding, value);
  const AcceptedCodings codings(headers);
  return {codings.quality(ContentCoding::identity), codings.quality(ContentCoding::gzip),
          codings.quality(ContentCoding::br), codings.quality(ContentCoding::zstd)};
}

using Qualities = std::vector<int>;
const Qualities nothing{0, 0, 0, 0};

TEST(AcceptEncoding, NoFieldAndAnEmptyOneAcceptNothing) {
  EXPECT_EQ(accepted({}), nothing);
  EXPECT_EQ(accepted({""}), nothing);
  EXPECT_EQ(accepted({" , ,"}), nothing);
}

TEST(AcceptEncoding, NamesAreReadInAnyCaseAndFromSeveralFields) {
  EXPECT_EQ(accepted({"gzip, deflate, br, zstd"}), (Qualities{0, 1000, 1000, 1000}));
  EXPECT_EQ(accepted({"GZip"}), (Qualities{0, 1000, 0, 0}));
  EXPECT_EQ(accepted({"x-gzip"}), (Qualities{0, 1000, 0, 0}));
  EXPECT_EQ(accepted({"br", "zstd;q=0.1"}), (Qualities{0, 0, 1000, 100}));
  EXPECT_EQ(accepted({"compress, gzipped, unknown;q=0.3"}), nothing);
}

TEST(AcceptEncoding, QualitiesHaveUpToThreeDigits) {
  EXPECT_EQ(accepted({"identity;q=1, gzip;q=0.5, br;q=0.05, zstd;q=0.001"}),
            (Qualities{1000, 500, 50, 1}));
  EXPECT_EQ(accepted({"gzip;q=0, br;q=0.000, zstd;q=1.000"}), (Qualities{0, 0, 0, 1000}));
  EXPECT_EQ(accepted({"gzip \t; \tQ=0.25"}), (Qualities{0, 250, 0, 0}));
  EXPECT_EQ(accepted({"gzip;q=0., br;q=1."}), (Qualities{0, 0, 1000, 0}));
}

TEST(AcceptEncoding, TheStarIsForAllThatAreNotNamed) {
  EXPECT_EQ(accepted({"*"}), (Qualities{1000, 1000, 1000, 1000}));
  EXPECT_EQ(accepted({"*;q=0.5, gzip;q=0"}), (Qualities{500, 0, 500, 500}));
  EXPECT_EQ(accepted({"br, *;q=0"}), (Qualities{0, 0, 1000, 0}));
  EXPECT_EQ(accepted({"identity;q=0, *"}), (Qualities{0, 1000, 1000, 1000}));
}

TEST(AcceptEncoding, NamedTwiceTheSmallerCounts) {
  EXPECT_EQ(accepted({"gzip;q=0, gzip"}), nothing);
  EXPECT_EQ(accepted({"br", "br;q=0.2"}), (Qualities{0, 0, 200, 0}));
  EXPECT_EQ(accepted({"*, *;q=0"}), nothing);
}

TEST(AcceptEncoding, WhatIsMalformedAnywhereAcceptsNothing) {
  for (const Bytes value :
       {"gzip;",       "gzip;q",    "gzip;q=",      "gzip;q=2",     "gzip;q=1.001", "gzip;q=0.1234",
        "gzip;q=-1",   "gzip;q=.5", "gzip;q=00",    "gzip;q=0.a",   "gzip;q=0,5",   "gzip;q =0.5",
        "gzip;q= 0.5", "gzip;x=1",  "gzip;q=1;q=1", "gz ip",        "gzip\"",       "gzip br",
        ";q=1",        "gzip/1",    "gzip;q=1e0",   "br, gzip;q=x", "@, br"}) {
    EXPECT_EQ(accepted({value}), nothing) << value;
  }
  EXPECT_EQ(accepted({"br", "gzip;q=x"}), nothing);
}

TEST(AcceptEncoding, NamesAreThoseOfTheRegistry) {
  EXPECT_EQ(name(ContentCoding::gzip), "gzip");
  EXPECT_EQ(name(ContentCoding::br), "br");
  EXPECT_EQ(name(ContentCoding::zstd), "zstd");
}

}  // namespace
}  // namespace coachwhip::http
