#include "handlers/files/mime_types.hpp"

#include <gtest/gtest.h>

namespace coachwhip::handlers::files {
namespace {

TEST(MimeTypes, TheLastExtensionDecidesAndCaseIsIgnored) {
  EXPECT_EQ(mime_type("index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(mime_type("a/b/site.min.JS"), "text/javascript; charset=utf-8");
  EXPECT_EQ(mime_type("Picture.PNG"), "image/png");
  EXPECT_EQ(mime_type("data.tar.gz"), "application/gzip");
  EXPECT_EQ(mime_type("a.svg"), "image/svg+xml");
}

TEST(MimeTypes, WhatIsUnknownIsOctets) {
  for (const char* name :
       {"", "README", "a.", "a.unknown", "folder.html/file", "html", "a.html~"}) {
    EXPECT_EQ(mime_type(name), "application/octet-stream") << name;
  }
}

}  // namespace
}  // namespace coachwhip::handlers::files
