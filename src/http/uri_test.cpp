#include "http/uri.hpp"

#include <gtest/gtest.h>

namespace coachwhip::http {
namespace {

std::string decoded(Bytes raw) {
  std::string storage;
  const Result<Bytes> path = decode_path(raw, storage);
  return path ? std::string(*path) : "error: " + path.error().message;
}

TEST(DecodePath, APathThatNeedsNoChangeIsNotCopied) {
  std::string storage;
  for (const Bytes raw : {"/", "/a/b.html", "//a//", "/a..b/c.", "/~user/a;b=1,2"}) {
    const Result<Bytes> path = decode_path(raw, storage);
    ASSERT_TRUE(path) << raw;
    EXPECT_EQ(path->data(), raw.data());
    EXPECT_EQ(*path, raw);
  }
  EXPECT_TRUE(storage.empty());
}

TEST(DecodePath, EscapesAreDecodedOnce) {
  EXPECT_EQ(decoded("/a%20b"), "/a b");
  EXPECT_EQ(decoded("/%E4%bd%A0"), "/\xe4\xbd\xa0");
  EXPECT_EQ(decoded("/a%2Fb"), "/a/b");
  EXPECT_EQ(decoded("/100%25"), "/100%");
  EXPECT_EQ(decoded("/%252e%252e/"), "/%2e%2e/");
  EXPECT_EQ(decoded("/%"), "error: the path has a bad percent escape");
  for (const Bytes raw : {"/%", "/%4", "/%4g", "/%g4", "/a%2", "/%%41", "/% 41", "/%+4"}) {
    std::string storage;
    const Result<Bytes> path = decode_path(raw, storage);
    ASSERT_FALSE(path) << raw;
    EXPECT_EQ(path.error().kind, ErrorKind::bad_input);
    EXPECT_EQ(path.error().number, 400);
  }
}

TEST(DecodePath, DotSegmentsAreResolvedBelowTheRoot) {
  EXPECT_EQ(decoded("/."), "/");
  EXPECT_EQ(decoded("/.."), "/");
  EXPECT_EQ(decoded("/../../etc/passwd"), "/etc/passwd");
  EXPECT_EQ(decoded("/a/./b/../c"), "/a/c");
  EXPECT_EQ(decoded("/a/b/.."), "/a/");
  EXPECT_EQ(decoded("/a/b/."), "/a/b/");
  EXPECT_EQ(decoded("/a/../.."), "/");
  EXPECT_EQ(decoded("/a//../b"), "/a/b");
  EXPECT_EQ(decoded("/.hidden/..name/..."), "/.hidden/..name/...");
}

TEST(DecodePath, EncodedDotSegmentsAreResolvedToo) {
  EXPECT_EQ(decoded("/%2e%2e/%2E%2E/etc"), "/etc");
  EXPECT_EQ(decoded("/a/.%2e/b"), "/b");
  EXPECT_EQ(decoded("/a%2f..%2fb"), "/b");
  EXPECT_EQ(decoded("/a/%2e"), "/a/");
}

TEST(DecodePath, NulAndPathsWithoutARootAreRefused) {
  EXPECT_EQ(decoded("/a%00.html"), "error: the path has an encoded NUL");
  EXPECT_EQ(decoded(""), "error: the path does not begin with '/'");
  EXPECT_EQ(decoded("a/b"), "error: the path does not begin with '/'");
  EXPECT_EQ(decoded("%2fa"), "error: the path does not begin with '/'");
}

TEST(EncodePath, LeavesOnlyUnreservedCharactersAndSlashes) {
  EXPECT_EQ(encode_path("/a-b_c.d~9/"), "/a-b_c.d~9/");
  EXPECT_EQ(encode_path("/a b\r\n?#%\xff"), "/a%20b%0D%0A%3F%23%25%FF");
}

TEST(EncodePath, IsUndoneByDecodePath) {
  std::string path = "/";
  for (int c = 1; c < 256; ++c) path += static_cast<char>(c);
  EXPECT_EQ(decoded(encode_path(path)), path);
}

TEST(Authority, HostsWithAndWithoutPort) {
  for (const Bytes text :
       {"x", "example.com", "example.com:80", "example.com:", "127.0.0.1:65535", "[::1]",
        "[2001:db8::1]:8080", "[::ffff:1.2.3.4]", "under_score", "x.:0"}) {
    EXPECT_TRUE(is_authority(text)) << text;
  }
}

TEST(Authority, AnythingElse) {
  for (const Bytes text : {"",
                           ":80",
                           "a b",
                           "a:b",
                           "a:80:80",
                           "a:65536",
                           "a:123456",
                           "a:-1",
                           "a:+1",
                           "user@host",
                           "a/b",
                           "a?b",
                           "a#b",
                           "a,b",
                           "a%41",
                           "[::1",
                           "[]",
                           "[::1]x",
                           "[::1]80",
                           "[1.2.3.4]",
                           "[::g]",
                           "[fe80::1%eth0]",
                           "::1",
                           "a\\b",
                           "a\x80",
                           "<a>",
                           "[1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:17:18:19:20]"}) {
    EXPECT_FALSE(is_authority(text)) << text;
  }
}

}  // namespace
}  // namespace coachwhip::http
