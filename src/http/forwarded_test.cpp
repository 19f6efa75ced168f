#include "http/forwarded.hpp"

#include <gtest/gtest.h>

namespace coachwhip::http {
namespace {

std::string shown(const std::optional<Node>& node) {
  if (!node) return "none";
  return node->name + " " + std::to_string(node->port) + (node->address ? "" : " hidden");
}

// "for by host proto", a line for each element; "-" for what is not there.
std::string read(Bytes value) {
  std::vector<ForwardedElement> elements;
  if (!parse_forwarded(value, elements)) return "malformed";
  std::string text;
  for (const ForwardedElement& element : elements) {
    for (const auto* part : {&element.client, &element.by, &element.host, &element.proto}) {
      text.append(part->value_or("-")).append(part == &element.proto ? "\n" : " ");
    }
  }
  return text;
}

TEST(Node, IsAnAddressAWordOrAMask) {
  EXPECT_EQ(shown(parse_node("192.0.2.43")), "192.0.2.43 0");
  EXPECT_EQ(shown(parse_node("192.0.2.43:47011")), "192.0.2.43 47011");
  EXPECT_EQ(shown(parse_node("[2001:DB8:cafe::17]")), "2001:db8:cafe::17 0");
  EXPECT_EQ(shown(parse_node("[2001:db8:cafe::17]:4711")), "2001:db8:cafe::17 4711");
  EXPECT_EQ(shown(parse_node("[::ffff:192.0.2.1]")), "192.0.2.1 0");
  EXPECT_EQ(shown(parse_node("unknown")), "unknown 0 hidden");
  EXPECT_EQ(shown(parse_node("Unknown")), "unknown 0 hidden");
  EXPECT_EQ(shown(parse_node("_hidden.x-1:_port")), "_hidden.x-1 0 hidden");
  EXPECT_EQ(shown(parse_node("192.0.2.43:_obfuscated")), "192.0.2.43 0");
}

TEST(Node, NothingElse) {
  for (const Bytes text : {"", "_", "host", "192.0.2", "192.0.2.1:", "192.0.2.1:65536", "::1",
                           "192.0.2.1:1x", "[::1", "[::1]4711", "[192.0.2.1]", "[]", "_a b", "_a/",
                           "192.0.2.1:_", "[::1]:-1", "unknown:99999", "192.0.2.1:000080", "]"}) {
    EXPECT_EQ(shown(parse_node(text)), "none") << text;
  }
}

TEST(Node, OfAPlainListMayBeAnAddressWithoutBrackets) {
  EXPECT_EQ(shown(parse_plain_node("2001:db8::1")), "2001:db8::1 0");
  EXPECT_EQ(shown(parse_plain_node("[2001:db8::1]:80")), "2001:db8::1 80");
  EXPECT_EQ(shown(parse_plain_node("192.0.2.1:80")), "192.0.2.1 80");
  EXPECT_EQ(shown(parse_plain_node("unknown")), "unknown 0 hidden");
  EXPECT_EQ(shown(parse_plain_node("2001:db8::1::2")), "none");
  EXPECT_EQ(shown(parse_plain_node("'192.0.2.1'")), "none");
}

// The examples of RFC 7239 section 4.
TEST(Forwarded, TheExamplesOfTheStandard) {
  EXPECT_EQ(read("for=\"_gazonk\""), "_gazonk - - -\n");
  EXPECT_EQ(read("For=\"[2001:db8:cafe::17]:4711\""), "[2001:db8:cafe::17]:4711 - - -\n");
  EXPECT_EQ(read("for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60 203.0.113.43 - http\n");
  EXPECT_EQ(read("for=192.0.2.43, for=198.51.100.17"), "192.0.2.43 - - -\n198.51.100.17 - - -\n");
}

TEST(Forwarded, QuotesHideWhatSeparates) {
  EXPECT_EQ(read(R"(host="a,b;c=\"d\\";proto=https)"), "- - a,b;c=\"d\\ https\n");
  EXPECT_EQ(read("for=\"\""), " - - -\n");
}

TEST(Forwarded, BlanksAndEmptyPartsAreTolerated) {
  EXPECT_EQ(read(" for=a ; proto=http ,\t, ;by=b; "), "a - - http\n- b - -\n");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read(" , ;, "), "");
}

TEST(Forwarded, UnknownParametersAreLeftOut) {
  EXPECT_EQ(read("secret=\"x,y\";for=a;ext=1"), "a - - -\n");
  EXPECT_EQ(read("ext=1"), "- - - -\n");
}

TEST(Forwarded, MalformedFieldsAreRefused) {
  for (const Bytes value :
       {"for", "for=", "=a", "for=\"a", "for=\"a\\", "for=[::1]", "for=192.0.2.1:80", "for =a",
        "for= a", "for=a b", "for=a;for=b", "FOR=a;for=b", "for=\"a\"b", "for=a/b", "fo r=a",
        "for=a, for=\"b", "a"}) {
    EXPECT_EQ(read(value), "malformed") << value;
  }
}

}  // namespace
}  // namespace coachwhip::http
