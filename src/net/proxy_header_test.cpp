#include "net/proxy_header.hpp"

#include <gtest/gtest.h>

#include "net/proxy_header_bytes.hpp"

namespace coachwhip::net {
namespace {

using namespace std::string_literals;

// "192.0.2.1 56324 of 48 bytes", "nobody of 15 bytes", "more" or what is wrong.
std::string read(Bytes input, ProxyProtocol allowed = ProxyProtocol::any) {
  const auto parsed = parse_proxy_header(input, allowed);
  if (!parsed) return parsed.error().message;
  if (!*parsed) return "more";
  const auto& client = (*parsed)->client;
  const std::string who = client ? client->host + " " + std::to_string(client->port) : "nobody";
  return who + " of " + std::to_string((*parsed)->size) + " bytes";
}

// However it is cut: more is wanted until the header is whole; what is wrong stays wrong.
std::string read_in_pieces(const std::string& input, ProxyProtocol allowed = ProxyProtocol::any) {
  const std::string whole = read(input, allowed);
  bool is_over = false;
  for (std::size_t size = 0; size <= input.size(); ++size) {
    const std::string part = read(input.substr(0, size), allowed);
    EXPECT_TRUE(part == whole || (part == "more" && !is_over)) << size << ": " << part;
    is_over = part != "more";
  }
  return whole;
}

const std::string v4_block = "\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb"s;

TEST(ProxyHeader, VersionOneIsALine) {
  EXPECT_EQ(read_in_pieces("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\nGET /"),
            "192.0.2.1 56324 of 42 bytes");
  EXPECT_EQ(read_in_pieces("PROXY TCP6 2001:DB8::1 ::1 0 65535\r\n"), "2001:db8::1 0 of 36 bytes");
  EXPECT_EQ(read_in_pieces("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"), "192.0.2.1 1 of 37 bytes");
  EXPECT_EQ(read_in_pieces("PROXY UNKNOWN\r\n"), "nobody of 15 bytes");
  EXPECT_EQ(read_in_pieces("PROXY UNKNOWN what ever it says\r\n"), "nobody of 33 bytes");
}

TEST(ProxyHeader, TheLineIsBounded) {
  const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
  ASSERT_EQ(longest.size(), 107U);
  EXPECT_EQ(read_in_pieces(longest), "nobody of 107 bytes");
  EXPECT_EQ(read_in_pieces("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n"),
            "its line has no CRLF");
  EXPECT_EQ(read_in_pieces("PROXY UNKNOWN " + std::string(500, 'x')), "its line is too long");
}

TEST(ProxyHeader, AMalformedLineIsRefused) {
  for (const char* address :
       {"TCP4 192.0.2.1 192.0.2.2.3", "TCP4 ::1 ::1", "TCP4 192.0.2.1", "TCP6 192.0.2.1 192.0.2.2",
        "TCP4  192.0.2.1 192.0.2.2", "TCP4 192.0.2.01 192.0.2.2"}) {
    EXPECT_EQ(read_in_pieces("PROXY "s + address + " 1 2\r\n"), "its line has a malformed address");
  }
  for (const char* ports : {"1", "1 ", " 1 2", "1 2 3", "1 65536", "-1 2", "01 2", "1 +2", "a 2"}) {
    EXPECT_EQ(read_in_pieces("PROXY TCP4 192.0.2.1 192.0.2.2 "s + ports + "\r\n"),
              "its line has a malformed port")
        << ports;
  }
  for (const char* family : {"", " ", "TCP", "tcp4", "UDP4", "UNKNOWNX"}) {
    EXPECT_EQ(read_in_pieces("PROXY "s + family + "\r\n"), "its line names no known protocol");
  }
  EXPECT_EQ(read_in_pieces("PROXY UNKNOWN\n"), "its line has no CRLF");
  EXPECT_EQ(read_in_pieces("PROXY UNKNOWN\rX"), "its line has no CRLF");
}

TEST(ProxyHeader, VersionTwoIsBinary) {
  EXPECT_EQ(read_in_pieces(proxy_v2(0x21, 0x11, v4_block) + "GET /"),
            "192.0.2.1 56324 of 28 bytes");
  const std::string v6 = "\x20\1\xd\xb8"s + std::string(11, '\0') + "\1" + std::string(16, '\0');
  EXPECT_EQ(read_in_pieces(proxy_v2(0x21, 0x21, v6 + "\0\x50\0\x50"s)),
            "2001:db8::1 80 of 52 bytes");
  EXPECT_EQ(read_in_pieces(proxy_v2(0x21, 0x31, std::string(216, 'p'))), "unix 0 of 232 bytes");
  EXPECT_EQ(read_in_pieces(proxy_v2(0x21, 0x00, "")), "nobody of 16 bytes");
  EXPECT_EQ(read_in_pieces(proxy_v2(0x21, 0x00, "anything")), "nobody of 24 bytes");
  EXPECT_EQ(read_in_pieces(proxy_v2(0x20, 0x00, "")), "nobody of 16 bytes");
  EXPECT_EQ(read_in_pieces(proxy_v2(0x20, 0x11, v4_block)), "nobody of 28 bytes");
}

TEST(ProxyHeader, ExtensionsAreSkippedWithinTheirBounds) {
  const auto with = [](const std::string& extensions) {
    return read_in_pieces(proxy_v2(0x21, 0x11, v4_block + extensions));
  };
  EXPECT_EQ(with("\4\0\0"s), "192.0.2.1 56324 of 31 bytes");
  EXPECT_EQ(with("\1\0\2h2\4\0\3xyz"s), "192.0.2.1 56324 of 39 bytes");
  for (const std::string& bad : {"\4"s, "\4\0"s, "\4\0\1"s, "\4\xff\xffxyz"s, "\4\0\0\4\0\1"s}) {
    EXPECT_EQ(with(bad), "its extensions are malformed");
  }
}

TEST(ProxyHeader, MalformedBytesAreRefused) {
  EXPECT_EQ(read_in_pieces(proxy_v2(0x11, 0x11, v4_block)), "its version or command is unknown");
  EXPECT_EQ(read_in_pieces(proxy_v2(0x22, 0x11, v4_block)), "its version or command is unknown");
  for (const int family : {0x01, 0x10, 0x12, 0x22, 0x32, 0x41, 0xff}) {
    EXPECT_EQ(read_in_pieces(proxy_v2(0x21, static_cast<std::uint8_t>(family), v4_block)),
              "its family is not that of a stream");
  }
  EXPECT_EQ(read_in_pieces(proxy_v2(0x21, 0x11, v4_block.substr(1))),
            "its addresses are cut short");
  EXPECT_EQ(read_in_pieces(proxy_v2(0x21, 0x21, v4_block)), "its addresses are cut short");
  EXPECT_EQ(read_in_pieces(proxy_v2(0x21, 0x31, std::string(215, 'p'))),
            "its addresses are cut short");
}

TEST(ProxyHeader, VersionTwoIsBounded) {
  const std::size_t most = proxy_header_bytes_max - 16;
  EXPECT_EQ(read_in_pieces(proxy_v2(0x20, 0, std::string(most, 'x'))), "nobody of 4096 bytes");
  EXPECT_EQ(read_in_pieces(proxy_v2(0x20, 0, std::string(most + 1, 'x'))), "it is too long");
}

TEST(ProxyHeader, OnlyTheAllowedVersionsCount) {
  const std::string v1 = "PROXY UNKNOWN\r\n";
  const std::string v2 = proxy_v2(0x20, 0, "");
  const std::string none = "the connection does not begin with one";
  EXPECT_EQ(read_in_pieces(v1, ProxyProtocol::v1), "nobody of 15 bytes");
  EXPECT_EQ(read_in_pieces(v2, ProxyProtocol::v2), "nobody of 16 bytes");
  EXPECT_EQ(read_in_pieces(v1, ProxyProtocol::v2), none);
  EXPECT_EQ(read_in_pieces(v2, ProxyProtocol::v1), none);
}

TEST(ProxyHeader, ARequestIsNone) {
  const std::string none = "the connection does not begin with one";
  EXPECT_EQ(read_in_pieces("GET / HTTP/1.1\r\n\r\n"), none);
  EXPECT_EQ(read_in_pieces("PROXYTCP4"), none);
  EXPECT_EQ(read_in_pieces("\r\n\r\nGET / HTTP/1.1"), none);
  EXPECT_EQ(read_in_pieces("\r\n\r\n\0\r\nQUIX\n"s), none);
}

}  // namespace
}  // namespace coachwhip::net
