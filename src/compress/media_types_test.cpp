#include "compress/media_types.hpp"

#include <gtest/gtest.h>

namespace coachwhip::compress {
namespace {

TEST(MediaTypes, TextIsWorthIt) {
  for (const Bytes type : {"text/html", "text/html; charset=utf-8", "TEXT/CSS", "text/event-stream",
                           "application/json", "Application/JSON ;charset=x", "image/svg+xml",
                           "application/problem+json", "application/wasm", "font/ttf",
                           "application/vnd.oai.openapi+yaml"}) {
    EXPECT_TRUE(is_compressible(type)) << type;
  }
}

TEST(MediaTypes, WhatIsCompressedInItselfIsNot) {
  for (const Bytes type : {"", "image/png", "image/jpeg", "font/woff2", "font/woff", "video/mp4",
                           "application/zip", "application/octet-stream", "application/pdf", "text",
                           "+json", "multipart/form-data", "application/x-text/html"}) {
    EXPECT_FALSE(is_compressible(type)) << type;
  }
}

}  // namespace
}  // namespace coachwhip::compress
