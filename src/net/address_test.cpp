#include "net/address.hpp"

#include <gtest/gtest.h>

namespace coachwhip::net {
namespace {

TEST(BindAddress, EveryFormIsUnderstood) {
  const auto v4 = parse_bind_address("127.0.0.1:8000");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 8000);
  const auto v6 = parse_bind_address("[::1]:80");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  const auto any = parse_bind_address(":0");
  ASSERT_TRUE(any);
  EXPECT_EQ(any->host, "");
  const auto path = parse_bind_address("unix:/run/site.sock");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->path, "/run/site.sock");
  const auto fd = parse_bind_address("fd://3");
  ASSERT_TRUE(fd);
  EXPECT_EQ(fd->fd, 3);
}

TEST(BindAddress, AnErrorNamesTheFaultAndTheRemedy) {
  for (const char* text : {"localhost", "host:port", "host:70000", "::1:80", "[::1:80",
                           "unix:", "fd://x", "fd://-1", ""}) {
    const auto address = parse_bind_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.error().message.find(std::string("'") + text + "'"), std::string::npos);
    EXPECT_NE(address.error().message.find("host:port"), std::string::npos);
  }
}

}  // namespace
}  // namespace coachwhip::net
