// Methods, statuses, bodies and ready-made answers.
#include <gtest/gtest.h>

#include "http/method.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace coachwhip::http {
namespace {

TEST(Method, IsFoundByItsExactName) {
  EXPECT_EQ(find_method("GET"), Method::GET);
  EXPECT_EQ(find_method("CONNECT"), Method::CONNECT);
  EXPECT_EQ(find_method("get"), Method::other);
  EXPECT_EQ(find_method(""), Method::other);
  EXPECT_EQ(text(Method::PATCH), "PATCH");
  EXPECT_EQ(text(Method::other), "");
}

TEST(Method, KnowsWhatMayBeRetried) {
  EXPECT_TRUE(is_idempotent(Method::PUT));
  EXPECT_FALSE(is_idempotent(Method::POST));
  EXPECT_FALSE(is_idempotent(Method::other));
  EXPECT_TRUE(is_safe(Method::HEAD));
  EXPECT_FALSE(is_safe(Method::DELETE));
}

TEST(Status, HasAReadyMadeLine) {
  EXPECT_EQ(status_line(200), "HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(reason(404), "Not Found");
  EXPECT_EQ(status_line(299), "");
  EXPECT_EQ(status_line(65535), "");
}

class OneSource final : public BodySource {
 public:
  explicit OneSource(std::optional<std::uint64_t> length) : length_(length) {}
  Task<Result<Bytes>> read() override { co_return Bytes{}; }
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  std::optional<std::uint64_t> length_;
};

class CountingOwner final : public Lease::Owner {
 public:
  void end_lease(std::uint64_t token) override { ended += token; }
  std::uint64_t ended = 0;
};

TEST(Body, KnowsItsLength) {
  EXPECT_EQ(length(Body()), 0u);
  EXPECT_EQ(length(Body("four")), 4u);
  EXPECT_EQ(length(Body(FileRange{-1, 10, 20, nullptr})), 20u);
  EXPECT_EQ(length(Body(std::make_unique<OneSource>(7))), 7u);
  EXPECT_EQ(length(Body(std::make_unique<OneSource>(std::nullopt))), std::nullopt);
}

TEST(Body, ALeaseEndsOnceWhereverItWasMoved) {
  CountingOwner owner;
  {
    Body body = Lease("abc", owner, 1);
    EXPECT_EQ(length(body), 3u);
    const Body moved = std::move(body);
    EXPECT_EQ(owner.ended, 0u);
  }
  EXPECT_EQ(owner.ended, 1u);
}

TEST(Response, AnErrorIsAShortPage) {
  const Response response = make_error(404, "/a was not found");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.block(), "Content-Type: text/plain; charset=utf-8\r\n");
  EXPECT_EQ(std::get<std::string>(response.body), "404 Not Found\n/a was not found\n");
  EXPECT_EQ(std::get<std::string>(make_error(599).body), "599\n");
}

TEST(Response, ARedirectSaysWhereTo) {
  const Response response = make_redirect("/a/");
  EXPECT_EQ(response.status, 308);
  EXPECT_EQ(response.headers.find(HeaderId::location), "/a/");
  EXPECT_EQ(std::get<std::string>(response.body), "308 Permanent Redirect\n/a/\n");
}

TEST(RequestId, HasSixteenDigits) {
  EXPECT_EQ(format_request_id(0), "0000000000000000");
  EXPECT_EQ(format_request_id(0xfedcba9876543210), "fedcba9876543210");
}

}  // namespace
}  // namespace coachwhip::http
