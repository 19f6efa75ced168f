#include "http1/response_writer.hpp"

#include <gtest/gtest.h>

#include "http1/test_site.hpp"

namespace coachwhip::http1 {
namespace {

using http::HeaderId;
using http::Method;
using http::Response;

struct Written {
  std::string head;
  WrittenHead framing;
  bool keep_alive;
};

Written write(const Response& response, ResponseFrame frame = {}) {
  Buffer out;
  const WrittenHead head = write_head(out, response, frame, "(date)");
  return {std::string(out.readable()), head, frame.keep_alive};
}

Response streamed(std::optional<std::uint64_t> length) {
  return {.body = std::make_unique<TestSource>(length, false)};
}

TEST(ResponseWriter, WritesAHead) {
  Response response{.body = "hello"};
  response.headers.add("X-Name", "value");
  const Written written = write(response);
  EXPECT_EQ(written.head,
            "HTTP/1.1 200 OK\r\nX-Name: value\r\nServer: coachwhip\r\nDate: (date)\r\n"
            "Content-Length: 5\r\n\r\n");
  EXPECT_EQ(written.framing.framing, BodyFraming::length);
  EXPECT_EQ(written.framing.length, 5U);
  EXPECT_TRUE(written.keep_alive);
}

TEST(ResponseWriter, WritesReasonsAndUnknownStatuses) {
  Response response{.status = 404, .reason = "Lost"};
  EXPECT_TRUE(write(response).head.starts_with("HTTP/1.1 404 Lost\r\n"));
  response.reason = "Not Found";
  EXPECT_TRUE(write(response).head.starts_with("HTTP/1.1 404 Not Found\r\n"));
  response = {.status = 599};
  EXPECT_TRUE(write(response).head.starts_with("HTTP/1.1 599 \r\n"));
}

TEST(ResponseWriter, LeavesDateAndServerToTheHandler) {
  Response response;
  response.headers.add(HeaderId::date, "(mine)");
  response.headers.add(HeaderId::server, "other");
  EXPECT_EQ(write(response).head,
            "HTTP/1.1 200 OK\r\nDate: (mine)\r\nServer: other\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, SaysWhetherTheConnectionGoesOn) {
  const Response response;
  EXPECT_NE(write(response, {.keep_alive = false}).head.find("\r\nConnection: close\r\n"),
            std::string::npos);
  EXPECT_NE(write(response, {.minor_version = 0}).head.find("\r\nConnection: keep-alive\r\n"),
            std::string::npos);
  EXPECT_EQ(write(response).head.find("Connection"), std::string::npos);
}

TEST(ResponseWriter, AnUnknownLengthNeedsChunksOrTheEndOfTheConnection) {
  const Written chunked = write(streamed(std::nullopt));
  EXPECT_EQ(chunked.framing.framing, BodyFraming::chunked);
  EXPECT_NE(chunked.head.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(chunked.head.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(chunked.keep_alive);

  const Written closed = write(streamed(std::nullopt), {.minor_version = 0});
  EXPECT_EQ(closed.framing.framing, BodyFraming::close);
  EXPECT_FALSE(closed.keep_alive);
  EXPECT_NE(closed.head.find("\r\nConnection: close\r\n"), std::string::npos);
}

TEST(ResponseWriter, AKnownLengthIsStated) {
  const Written written = write(streamed(7));
  EXPECT_EQ(written.framing.framing, BodyFraming::length);
  EXPECT_EQ(written.framing.length, 7U);
}

TEST(ResponseWriter, HeadSaysWhatGetWouldAndSendsNothing) {
  constexpr ResponseFrame frame{.method = Method::HEAD};
  const Written whole = write({.body = "hello"}, frame);
  EXPECT_EQ(whole.framing.framing, BodyFraming::none);
  EXPECT_NE(whole.head.find("\r\nContent-Length: 5\r\n"), std::string::npos);
  EXPECT_NE(write({.content_length = 7}, frame).head.find("\r\nContent-Length: 7\r\n"),
            std::string::npos);
  const Written unknown = write({}, frame);
  EXPECT_EQ(unknown.head.find("Content-Length"), std::string::npos);
  EXPECT_EQ(unknown.head.find("Transfer-Encoding"), std::string::npos);
}

TEST(ResponseWriter, SomeStatusesNeverHaveContent) {
  for (const http::Status status : {http::status::no_content, http::status::not_modified}) {
    for (const auto length : {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(7)}) {
      const Written written = write({.status = status, .body = "body", .content_length = length});
      EXPECT_EQ(written.framing.framing, BodyFraming::none);
      EXPECT_EQ(written.head.find("Content-Length"), std::string::npos);
      EXPECT_TRUE(written.keep_alive);
    }
  }
}

TEST(ResponseWriter, AResetSaysThatItIsEmpty) {
  for (const Method method : {Method::POST, Method::HEAD}) {
    for (const std::uint8_t minor_version : {std::uint8_t{0}, std::uint8_t{1}}) {
      const Written written = write({.status = 205, .body = "body", .content_length = 4},
                                    {.method = method, .minor_version = minor_version});
      EXPECT_EQ(written.framing.framing, BodyFraming::none);
      EXPECT_NE(written.head.find("\r\nContent-Length: 0\r\n"), std::string::npos);
      EXPECT_TRUE(written.keep_alive);
    }
  }
}

TEST(ResponseWriter, AnUpgradeThatIsRequiredConcernsTheConnection) {
  Response response{.status = 426};
  EXPECT_EQ(write(response).head.find("Connection"), std::string::npos);
  response.headers.add(HeaderId::upgrade, "HTTP/3");
  EXPECT_NE(write(response).head.find("\r\nConnection: upgrade\r\n"), std::string::npos);
  EXPECT_NE(write(response, {.keep_alive = false}).head.find("\r\nConnection: close, upgrade\r\n"),
            std::string::npos);
}

TEST(ResponseWriter, ChunkSizesAreHexadecimal) {
  Buffer out;
  write_chunk_size(out, 0xBEEF);
  write_chunk_size(out, 1);
  EXPECT_EQ(out.readable(), "beef\r\n1\r\n");
}

}  // namespace
}  // namespace coachwhip::http1
