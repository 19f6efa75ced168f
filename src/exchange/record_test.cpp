#include "exchange/record.hpp"

#include <cstring>
#include <gtest/gtest.h>

#include "exchange/layout.hpp"

namespace coachwhip::exchange {
namespace {

// A record as a worker writes it, to be spoiled.
std::string write(const ReplyHead& head) {
  std::string bytes(reply_head_bytes, '\0');
  const auto size = write_reply(bytes, head);
  EXPECT_TRUE(size);
  bytes.resize(*size);
  return bytes;
}

std::string refusal(Bytes record) {
  const auto reply = read_reply(record);
  return reply ? "none" : reply.error().message.substr(reply.error().message.find(": ") + 2);
}

std::string refused_block(Bytes block) { return refusal(write({.header_block = block})); }

// Where the record's numbers lie.
constexpr std::size_t reason_size_at = 24;
constexpr std::size_t block_size_at = 28;
constexpr std::size_t status_at = 32;
constexpr std::size_t kind_at = 34;

template <class Number>
std::string spoilt(std::string record, std::size_t at, Number value) {
  std::memcpy(record.data() + at, &value, sizeof value);
  return record;
}

TEST(RequestRecord, TheWorkerReadsWhatTheFrontWrote) {
  http::Headers headers;
  headers.add("Host", "example.org");
  headers.add("X-Empty", "");
  headers.add("Cookie", "a=b; c=d");
  http::EmptyBody body;
  const http::Endpoints endpoints{"2001:db8::1", 65535, "unix", 0, true};
  const http::Request request{.method = http::Method::PUT,
                              .method_text = "PUT",
                              .minor_version = 0,
                              .target = "/shop/caf%C3%A9?x=1",
                              .raw_path = {},
                              .query = "x=1",
                              .path = "/shop/caf\xc3\xa9",
                              .mount_size = 5,
                              .host = {},
                              .headers = headers,
                              .body = body,
                              .endpoints = endpoints,
                              .began = {},
                              .id = 0x0123456789abcdef};
  alignas(8) std::array<char, 1024> bytes{};
  const auto size = write_request(bytes, request, 17);
  ASSERT_TRUE(size);
  const RequestView view = read_request({bytes.data(), *size});
  EXPECT_EQ(view.method, http::Method::PUT);
  EXPECT_EQ(view.method_text, "PUT");
  EXPECT_EQ(view.minor_version, 0);
  EXPECT_EQ(view.target, "/shop/caf%C3%A9?x=1");
  EXPECT_EQ(view.path, "/shop/caf\xc3\xa9");
  EXPECT_EQ(view.query, "x=1");
  EXPECT_EQ(view.mount_size, 5U);
  EXPECT_EQ(view.peer_host, "2001:db8::1");
  EXPECT_EQ(view.peer_port, 65535);
  EXPECT_EQ(view.server_host, "unix");
  EXPECT_TRUE(view.is_tls);
  EXPECT_EQ(view.id, 0x0123456789abcdefU);
  EXPECT_EQ(view.content_length, 17U);
  ASSERT_EQ(view.places.size(), 3U);
  EXPECT_EQ(view.field(0).value, "example.org");
  EXPECT_EQ(view.field(0).id, http::HeaderId::host);
  EXPECT_EQ(view.field(1).name, "X-Empty");
  EXPECT_EQ(view.field(1).value, "");
  EXPECT_EQ(view.field(2).value, "a=b; c=d");
}

TEST(RequestRecord, WhatAProxyTookOffStandsBeforeTheMount) {
  http::Headers headers;
  http::EmptyBody body;
  const http::Endpoints endpoints;
  const http::Request request{.method_text = "GET",
                              .target = "/shop/cart",
                              .raw_path = {},
                              .query = {},
                              .path = "/shop/cart",
                              .prefix = "/outer",
                              .mount_size = 5,
                              .host = {},
                              .headers = headers,
                              .body = body,
                              .endpoints = endpoints,
                              .began = {}};
  alignas(8) std::array<char, 1024> bytes{};
  const auto size = write_request(bytes, request, std::nullopt);
  ASSERT_TRUE(size);
  const RequestView view = read_request({bytes.data(), *size});
  EXPECT_EQ(view.path.substr(0, view.mount_size), "/outer/shop");
  EXPECT_EQ(view.path.substr(view.mount_size), "/cart");
  EXPECT_EQ(view.target, "/shop/cart");
}

TEST(RequestRecord, IsRefusedIfItDoesNotFitToTheByte) {
  http::Headers headers;
  http::EmptyBody body;
  const http::Endpoints endpoints;
  const http::Request request{.method_text = "GET",
                              .target = "/long",
                              .raw_path = {},
                              .query = {},
                              .path = {},
                              .host = {},
                              .headers = headers,
                              .body = body,
                              .endpoints = endpoints,
                              .began = {}};
  alignas(8) std::array<char, 1024> bytes{};
  const auto size = write_request(bytes, request, std::nullopt);
  ASSERT_TRUE(size);
  EXPECT_FALSE(read_request({bytes.data(), *size}).content_length);
  EXPECT_TRUE(write_request(std::span(bytes).first(*size), request, std::nullopt));
  const auto refused = write_request(std::span(bytes).first(*size - 1), request, std::nullopt);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::limit);
}

TEST(ReplyRecord, TheFrontReadsWhatTheWorkerWrote) {
  const auto reply = read_reply(write({.status = 404,
                                       .kind = ReplyKind::file,
                                       .content_length = 12,
                                       .file_offset = 3,
                                       .file_count = 9,
                                       .reason = "Gone fishing",
                                       .header_block = "Content-Type: text/plain\r\n"
                                                       "X-A:b\r\nSet-Cookie:  c \t\r\n"}));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reply->kind, ReplyKind::file);
  EXPECT_EQ(reply->content_length, 12U);
  EXPECT_EQ(reply->file_offset, 3U);
  EXPECT_EQ(reply->file_count, 9U);
  EXPECT_EQ(reply->reason, "Gone fishing");
  EXPECT_EQ(reply->headers.block(), "Content-Type: text/plain\r\nX-A: b\r\nSet-Cookie: c\r\n");
  EXPECT_EQ(reply->headers.find(http::HeaderId::content_type), "text/plain");
  EXPECT_FALSE(reply->close_after);
}

TEST(ReplyRecord, FieldsOfTheConnectionAreLeftOut) {
  const auto reply = read_reply(write({.header_block = "Connection: x, Close\r\nKeep-Alive: 5\r\n"
                                                       "Transfer-Encoding: chunked\r\n"
                                                       "content-length: 7\r\nTE: trailers\r\n"
                                                       "Trailer: x\r\nupgrade: h2c\r\nKept: 1\r\n"
                                                       "Proxy-Connection: close\r\n"}));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->headers.block(), "Kept: 1\r\n");
  EXPECT_TRUE(reply->close_after);
  EXPECT_FALSE(reply->content_length);
}

TEST(ReplyRecord, WhatToUpgradeToIsKeptWhereItIsRequired) {
  const auto required = read_reply(write({.status = 426, .header_block = "Upgrade: HTTP/3\r\n"}));
  ASSERT_TRUE(required);
  EXPECT_EQ(required->headers.block(), "Upgrade: HTTP/3\r\n");
}

TEST(ReplyRecord, TooManyHeadersAreRefusedInWordsForTheApplication) {
  std::array<char, 100> bytes{};
  const std::string block(100, 'x');
  const auto refused = write_reply(bytes, {.header_block = block});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::limit);
  EXPECT_NE(refused.error().message.find("at most 100"), std::string::npos);
}

TEST(ReplyRecord, MalformedHeadersAreRefused) {
  EXPECT_EQ(refused_block("A: b"), "a header line without an end");
  EXPECT_EQ(refused_block("A: b\n"), "a header line without an end");
  EXPECT_EQ(refused_block("no colon\r\n"), "a header name");
  EXPECT_EQ(refused_block(": no name\r\n"), "a header name");
  EXPECT_EQ(refused_block("A : b\r\n"), "a header name");
  EXPECT_EQ(refused_block(" folded: b\r\n"), "a header name");
  EXPECT_EQ(refused_block("\r\n"), "a header name");
  EXPECT_EQ(refused_block("A: b\rSet-Cookie: c\r\n"), "a header value");
  EXPECT_EQ(refused_block("A: b\nSet-Cookie: c\r\n"), "a header value");
  EXPECT_EQ(refused_block(Bytes("A: b\0c\r\n", 8)), "a header value");
  EXPECT_EQ(refused_block("A: \x7f\r\n"), "a header value");
}

TEST(ReplyRecord, MalformedReasonsAndNumbersAreRefused) {
  EXPECT_EQ(refusal(write({.reason = "OK\r\nX: y"})), "its reason");
  for (const int status : {0, 99, 100, 199, 600, 999, 65535}) {
    EXPECT_EQ(refusal(write({.status = static_cast<std::uint16_t>(status)})), "its status");
  }
  EXPECT_EQ(refusal(spoilt(write({}), kind_at, std::uint8_t{2})), "its kind");
  EXPECT_EQ(refusal(spoilt(write({}), status_at, std::uint16_t{0xffff})), "its status");
}

TEST(ReplyRecord, SizesThatLieAreRefused) {
  const std::string record = write({.reason = "OK", .header_block = "A: b\r\n"});
  for (std::size_t size = 0; size < record.size(); ++size) {
    EXPECT_NE(refusal(Bytes(record).substr(0, size)), "none");
  }
  EXPECT_EQ(refusal(record + "x"), "the sizes in its head");
  EXPECT_EQ(refusal(std::string(reply_head_bytes + 1, 'x')), "the size of its head");
  for (const std::uint32_t lie : {3U, 0x80000000U, 0xfffffffeU, 0xffffffffU}) {
    EXPECT_EQ(refusal(spoilt(record, reason_size_at, lie)), "the sizes in its head");
    EXPECT_EQ(refusal(spoilt(record, block_size_at, lie)), "the sizes in its head");
  }
  // The sum is right, modulo 2^32 and truly.
  const auto shifted = spoilt(record, reason_size_at, std::uint32_t{8});
  EXPECT_EQ(refusal(spoilt(shifted, block_size_at, std::uint32_t{0})), "its reason");
}

}  // namespace
}  // namespace coachwhip::exchange
