#include "handlers/files/fingerprint.hpp"

#include <gtest/gtest.h>

namespace coachwhip::handlers::files {
namespace {

TEST(Fingerprint, NamesFromBuildToolsHaveOne) {
  for (const char* name :
       {"app.3f2a9c1b.js", "app-BzA1kQ2x.js", "main.3F2A9C1B.css", "app-KQ4DV2XJ.js",
        "base.27e20196a850.css", "assets/img/logo-1a2b3c4d5e6f.svg", "app.3f2a9c1b.js.map",
        "app.3f2a9c1b.chunk.js", "app.3f2a9c1b.js.gz", "index-C4h_9aZq.css",
        "a-b-c.d41d8cd98f00b204e9800998ecf8427e.min.js"}) {
    EXPECT_TRUE(is_fingerprinted(name)) << name;
  }
}

TEST(Fingerprint, DatesVersionsAndWordsAreNone) {
  for (const char* name : {"report-20261121.pdf",
                           "jquery-3.7.1.min.js",
                           "app.js",
                           "index.html",
                           "",
                           "photo-20261121T101500Z.jpg",
                           "holiday-IMG20261121.jpg",
                           "photo-1732185600123.png",
                           "backup-2026-11-21.tar.gz",
                           "notes-december2026.html",
                           "page-screenshot1.png",
                           "phone-iPhone12Pro.jpg",
                           "phone-iPhone6s.jpg",
                           "setup-Windows11Setup.exe",
                           "README-QUARTER3.md",
                           "README-VERSION2.md",
                           "draft-Section2.html",
                           "cafe-deadbeef.png",
                           "cafe-defaced.png",
                           "lib-2.0.0.js",
                           "a.1234567.js",
                           "a.3f2a9c1.js"}) {
    EXPECT_FALSE(is_fingerprinted(name)) << name;
  }
}

TEST(Fingerprint, TheFirstAndTheLastPartAreNone) {
  for (const char* name : {"3f2a9c1b.js", "3f2a9c1b", "app.3f2a9c1b", "BzA1kQ2x-app.js",
                           "x.3f2a9c1b.d/app.js", "x.3f2a9c1b.d/3f2a9c1b.js"}) {
    EXPECT_FALSE(is_fingerprinted(name)) << name;
  }
}

}  // namespace
}  // namespace coachwhip::handlers::files
