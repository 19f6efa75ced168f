#include "http/forwarding.hpp"

#include <gtest/gtest.h>

namespace coachwhip::http {
namespace {

using Fields = std::vector<std::pair<Bytes, Bytes>>;

// A proxy at 10.0.0.9 passes requests on; 10.0.0.0/8 is trusted.
class ForwardingTest : public testing::Test {
 protected:
  ForwardingTest() { EXPECT_TRUE(trusted_.add("10.0.0.0/8")); }

  // The request as it is seen, or what is malformed.
  std::string take(const Fields& fields, Bytes host = "inner.test:8000") {
    headers_ = {};
    if (!host.empty()) headers_.add(HeaderId::host, host);
    for (const auto& [name, value] : fields) headers_.add(name, value);
    const auto told = take_forwarding(headers_, host, connection_, trusted_);
    if (!told) {
      EXPECT_EQ(told.error().number, 400);
      return told.error().message;
    }
    EXPECT_EQ(headers_.find(HeaderId::host).value_or(""), told->host);
    const Endpoints& seen = told->endpoints;
    return seen.peer_host + " " + std::to_string(seen.peer_port) +
           (seen.is_tls ? " https " : " http ") + told->host + told->prefix + " at " +
           seen.server_host + ":" + std::to_string(seen.server_port);
  }

  // Only the client of it.
  std::string client(const Fields& fields) {
    const std::string whole = take(fields);
    return whole.starts_with("malformed") ? whole : whole.substr(0, whole.find(" http"));
  }

  Endpoints connection_{.peer_host = "10.0.0.9",
                        .peer_port = 4711,
                        .server_host = "10.0.0.1",
                        .server_port = 8000,
                        .is_trusted_proxy = true};
  TrustedProxies trusted_;
  Headers headers_;
};

TEST(ForwardingField, IsKnownByItsName) {
  for (const Bytes name : {"Forwarded", "FORWARDED", "X-Forwarded-For", "x-forwarded-anything",
                           "X-Real-IP", "x-real-ip"}) {
    EXPECT_TRUE(is_forwarding_field(name)) << name;
  }
  for (const Bytes name : {"Forwarder", "Forwarded-For", "X-Forwarded-", "X-Forwarded",
                           "X-Real-IPs", "X_Forwarded_For", "Y-Forwarded-For", "If-Match1"}) {
    EXPECT_FALSE(is_forwarding_field(name)) << name;
  }
}

TEST_F(ForwardingTest, NothingSaidChangesNothing) {
  EXPECT_EQ(take({}), "10.0.0.9 4711 http inner.test:8000 at 10.0.0.1:8000");
  EXPECT_EQ(take({{"X-Forwarded-For", " , "}, {"X-Real-IP", "192.0.2.1"}}),
            "10.0.0.9 4711 http inner.test:8000 at 10.0.0.1:8000");
}

TEST_F(ForwardingTest, TheClientIsTheRightMostThatIsNotTrusted) {
  EXPECT_EQ(client({{"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.1 0");
  EXPECT_EQ(client({{"X-Forwarded-For", "192.0.2.66, 192.0.2.1, 10.1.1.1,10.2.2.2"}}),
            "192.0.2.1 0");
  EXPECT_EQ(client({{"X-Forwarded-For", "192.0.2.66"}, {"x-forwarded-for", "192.0.2.1, 10.1.1.1"}}),
            "192.0.2.1 0");
  EXPECT_EQ(client({{"X-Forwarded-For", "2001:db8::1"}}), "2001:db8::1 0");
  EXPECT_EQ(client({{"X-Forwarded-For", "[2001:db8::1]:99"}}), "2001:db8::1 99");
  EXPECT_EQ(client({{"Forwarded", "for=192.0.2.66, for=192.0.2.1"}, {"Forwarded", "for=10.1.1.1"}}),
            "192.0.2.1 0");
  EXPECT_EQ(client({{"Forwarded", "for=\"[2001:db8::1]:99\";by=_x"}}), "2001:db8::1 99");
}

TEST_F(ForwardingTest, OfTrustedAddressesOnlyTheFirstIsTheClient) {
  EXPECT_EQ(client({{"X-Forwarded-For", "10.3.3.3, 10.1.1.1"}}), "10.3.3.3 0");
  EXPECT_EQ(client({{"Forwarded", "for=10.3.3.3, for=10.1.1.1"}}), "10.3.3.3 0");
}

TEST_F(ForwardingTest, AClientMayBeHidden) {
  EXPECT_EQ(client({{"X-Forwarded-For", "192.0.2.1, unknown"}}), "unknown 0");
  EXPECT_EQ(client({{"Forwarded", "for=192.0.2.1, for=_secret, for=10.1.1.1"}}), "_secret 0");
  EXPECT_EQ(client({{"Forwarded", "for=192.0.2.1, proto=http"}}), "10.0.0.9 4711");
  EXPECT_EQ(client({{"Forwarded", "for=192.0.2.1, proto=http, for=10.1.1.1"}}), "10.1.1.1 0");
}

TEST_F(ForwardingTest, WhatAProxyWroteIsWellFormedAndWhatAClientWroteIsNotRead) {
  EXPECT_EQ(client({{"X-Forwarded-For", "192.0.2.1, nonsense"}}), "malformed X-Forwarded-For");
  EXPECT_EQ(client({{"X-Forwarded-For", "192.0.2.1, nonsense, 10.1.1.1"}}),
            "malformed X-Forwarded-For");
  EXPECT_EQ(client({{"X-Forwarded-For", "nonsense, 192.0.2.1, 10.1.1.1"}}), "192.0.2.1 0");
  EXPECT_EQ(client({{"Forwarded", "for=nonsense, for=192.0.2.1"}}), "192.0.2.1 0");
  EXPECT_EQ(client({{"Forwarded", "for=192.0.2.1, for=nonsense"}}), "malformed Forwarded: for");
  EXPECT_EQ(client({{"Forwarded", "for=192.0.2.1;by=nonsense"}}), "malformed Forwarded: by");
  // Without its quotes nobody knows which part of a field is whose.
  EXPECT_EQ(client({{"Forwarded", "for=\"192.0.2.66, for=192.0.2.1"}}), "malformed Forwarded");
}

TEST_F(ForwardingTest, TheServerIsTheOneThatTheClientAsked) {
  EXPECT_EQ(take({{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "site.test"}}),
            "10.0.0.9 4711 https site.test at site.test:443");
  EXPECT_EQ(take({{"X-Forwarded-Host", "site.test:81"}}),
            "10.0.0.9 4711 http site.test:81 at site.test:81");
  EXPECT_EQ(take({{"X-Forwarded-Proto", "HTTPS"}}, "site.test"),
            "10.0.0.9 4711 https site.test at site.test:443");
  EXPECT_EQ(take({{"X-Forwarded-Proto", "wss"}}, "[::1]:8443"),
            "10.0.0.9 4711 https [::1]:8443 at [::1]:8443");
  EXPECT_EQ(take({{"X-Forwarded-Port", "8443"}, {"X-Forwarded-Proto", "https"}}, "site.test:1"),
            "10.0.0.9 4711 https site.test:8443 at site.test:8443");
  EXPECT_EQ(take({{"X-Forwarded-Port", "443"}, {"X-Forwarded-Proto", "https"}}, "[::1]"),
            "10.0.0.9 4711 https [::1] at [::1]:443");
  EXPECT_EQ(take({{"Forwarded", "for=192.0.2.1;proto=https;host=\"site.test:8443\""}}),
            "192.0.2.1 0 https site.test:8443 at site.test:8443");
  EXPECT_EQ(take({{"X-Forwarded-Proto", "https"}}, ""), "10.0.0.9 4711 https  at 10.0.0.1:8000");
  EXPECT_EQ(take({{"X-Forwarded-Host", "site.test"}}, ""),
            "10.0.0.9 4711 http site.test at site.test:80");
}

TEST_F(ForwardingTest, TheServerIsCheckedLikeHost) {
  for (const Bytes host : {"a b", "a/b", "user@host", "host:port", "host:99999", "[::1"}) {
    EXPECT_EQ(take({{"X-Forwarded-Host", host}}), "malformed host of a proxy") << host;
  }
  EXPECT_EQ(take({{"Forwarded", "host=\"\""}}), "malformed host of a proxy");
  for (const Bytes port : {"0", "65536", "-1", "80x", "x"}) {
    EXPECT_EQ(take({{"X-Forwarded-Port", port}}), "malformed X-Forwarded-Port") << port;
  }
  EXPECT_TRUE(take({{"X-Forwarded-Proto", "gopher"}}).starts_with("malformed scheme"));
}

TEST_F(ForwardingTest, OfListsTheMemberThatIsTheClientsCounts) {
  const std::pair<Bytes, Bytes> chain{"X-Forwarded-For", "192.0.2.66, 192.0.2.1, 10.1.1.1"};
  EXPECT_EQ(take({chain, {"X-Forwarded-Host", "forged.test, site.test, inner.test"}}),
            "192.0.2.1 0 http site.test at site.test:80");
  EXPECT_EQ(take({chain, {"X-Forwarded-Host", "site.test, inner.test"}}),
            "192.0.2.1 0 http site.test at site.test:80");
  EXPECT_EQ(take({chain, {"X-Forwarded-Host", "site.test"}}),
            "192.0.2.1 0 http site.test at site.test:80");
  EXPECT_EQ(take({{"Forwarded",
                   "for=192.0.2.66;host=forged.test, for=192.0.2.1;host=site.test, "
                   "for=10.1.1.1;host=inner.test"}}),
            "192.0.2.1 0 http site.test at site.test:80");
}

TEST_F(ForwardingTest, APrefixIsAPath) {
  const auto with = [this](Bytes prefix) { return take({{"X-Forwarded-Prefix", prefix}}, "a"); };
  EXPECT_EQ(with("/shop"), "10.0.0.9 4711 http a/shop at 10.0.0.1:8000");
  EXPECT_EQ(with("/shop/"), "10.0.0.9 4711 http a/shop at 10.0.0.1:8000");
  EXPECT_EQ(with("/"), "10.0.0.9 4711 http a at 10.0.0.1:8000");
  EXPECT_EQ(with("/caf%C3%A9/x/.."), "10.0.0.9 4711 http a/caf\xc3\xa9 at 10.0.0.1:8000");
  for (const Bytes bad : {"shop", "//evil.test", "/a//b", "/%2fevil.test", "/a?b", "/a#b", "/a b",
                          "/%", "/%00", "/a\\b", "https://evil.test/", "/\xff"}) {
    EXPECT_EQ(with(bad), "malformed X-Forwarded-Prefix") << bad;
  }
}

TEST_F(ForwardingTest, OfBothKindsOnlyThePlainCounts) {
  EXPECT_EQ(take({{"Forwarded", "for=192.0.2.66;proto=https;host=forged.test"},
                  {"X-Forwarded-For", "192.0.2.1"}}),
            "192.0.2.1 0 http inner.test:8000 at 10.0.0.1:8000");
  EXPECT_FALSE(headers_.find("Forwarded"));
  EXPECT_TRUE(headers_.find("X-Forwarded-For"));
  EXPECT_EQ(client({{"Forwarded", "malformed"}, {"X-Forwarded-Proto", "http"}}), "10.0.0.9 4711");
}

TEST_F(ForwardingTest, FieldsOfOthersAreRemoved) {
  headers_.add("Host", "a");
  headers_.add("Forwarded", "for=192.0.2.1");
  headers_.add("x-forwarded-for", "192.0.2.1");
  headers_.add("X-Forwarded-Ssl", "on");
  headers_.add("X-Real-Ip", "192.0.2.1");
  headers_.add("X-Other", "b");
  remove_forwarding(headers_);
  EXPECT_EQ(headers_.block(), "Host: a\r\nX-Other: b\r\n");
  EXPECT_EQ(headers_.size(), 2U);
  EXPECT_EQ(headers_[1].value, "b");
}

TEST(TrustedProxiesTest, AreAddressesNetworksAndUnixSockets) {
  TrustedProxies proxies;
  EXPECT_TRUE(proxies.empty());
  EXPECT_FALSE(proxies.trusts(Bytes("unix")));
  EXPECT_TRUE(proxies.add("192.0.2.0/24"));
  EXPECT_TRUE(proxies.add("2001:db8::1"));
  EXPECT_FALSE(proxies.trusts(Bytes("unix")));
  EXPECT_TRUE(proxies.add("unix"));
  EXPECT_FALSE(proxies.add("localhost"));
  EXPECT_FALSE(proxies.empty());
  for (const Bytes peer : {"192.0.2.7", "2001:db8::1", "unix"}) EXPECT_TRUE(proxies.trusts(peer));
  for (const Bytes peer : {"192.0.3.7", "2001:db8::2", "unknown", "_x", ""}) {
    EXPECT_FALSE(proxies.trusts(peer)) << peer;
  }
}

}  // namespace
}  // namespace coachwhip::http
