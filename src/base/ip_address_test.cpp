#include "base/ip_address.hpp"

#include <gtest/gtest.h>

namespace coachwhip {
namespace {

std::string read(Bytes text) {
  const auto address = parse_ip_address(text);
  return address ? address->text() : "none";
}

bool holds(Bytes network, Bytes address) {
  const auto parsed = parse_ip_network(network);
  EXPECT_TRUE(parsed) << network;
  return parsed && parsed->holds(parse_ip_address(address).value());
}

TEST(IpAddress, IsWrittenInOneWay) {
  EXPECT_EQ(read("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(read("2001:DB8:0:0::1"), "2001:db8::1");
  EXPECT_EQ(read("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(read("::"), "::");
  EXPECT_EQ(ip_address_of(Bytes("\x7f\0\0\1", 4)).text(), "127.0.0.1");
}

TEST(IpAddress, NothingElseIsTakenForOne) {
  for (const Bytes text :
       {Bytes(""), Bytes("192.0.2"), Bytes("192.0.2.256"), Bytes("192.0.2.01"), Bytes(" 192.0.2.1"),
        Bytes("192.0.2.1:80"), Bytes("[::1]"), Bytes("fe80::1%eth0"), Bytes("::1\0", 4),
        Bytes("host"), Bytes("1:2:3:4:5:6:7:8:9"), Bytes("0x7f.0.0.1")}) {
    EXPECT_EQ(read(text), "none") << text;
  }
}

TEST(IpNetwork, HoldsItsAddresses) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.100"));
  EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
  EXPECT_TRUE(holds("192.0.2.1", "::ffff:192.0.2.1"));
  EXPECT_FALSE(holds("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
}

TEST(IpNetwork, AllOfOneKindAreNotAllOfTheOther) {
  EXPECT_TRUE(holds("0.0.0.0/0", "192.0.2.1"));
  EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
  EXPECT_TRUE(holds("::/0", "2001:db8::1"));
  EXPECT_FALSE(holds("::/0", "192.0.2.1"));
}

TEST(IpNetwork, MistakesAreNotGuessedAt) {
  for (const Bytes text : {"", "10.0.0.0/33", "::/129", "10.0.0.0/", "/8", "10.0.0.0/8 ",
                           "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.1/8", "2001:db8::1/64",
                           "10.0.0.0/255.0.0.0", "::ffff:10.0.0.0/8", "10.0.0.0/8/8"}) {
    EXPECT_FALSE(parse_ip_network(text)) << text;
  }
}

}  // namespace
}  // namespace coachwhip
