#include "compress/compressing_handler.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include "base/unique_fd.hpp"
#include "compress/test_decoder.hpp"
#include "loop/yield.hpp"
#include "task/nursery.hpp"

namespace coachwhip::compress {
namespace {

using http::ContentCoding;
using http::HeaderId;
using http::Method;
using http::Response;

const std::string text(5000, 't');

// Gives these pieces, each by itself, or those that are ready together; may fail after them.
class Pieces final : public http::BodySource {
 public:
  explicit Pieces(std::vector<std::string> pieces, bool are_ready = false, bool fails = false,
                  std::optional<std::uint64_t> length = std::nullopt)
      : pieces_(std::move(pieces)), are_ready_(are_ready), fails_(fails), length_(length) {}

  Task<Result<Bytes>> read() override {
    if (next_ == pieces_.size() && fails_) co_return fail(ErrorKind::closed);
    co_return next_ == pieces_.size() ? Bytes() : Bytes(pieces_[next_++]);
  }
  std::optional<std::uint64_t> length() const override { return length_; }
  Bytes ready() override {
    return are_ready_ && next_ < pieces_.size() ? Bytes(pieces_[next_]) : Bytes();
  }

 private:
  std::vector<std::string> pieces_;
  bool are_ready_;
  bool fails_;
  std::optional<std::uint64_t> length_;
  std::size_t next_ = 0;
};

class Answering final : public http::Handler {
 public:
  explicit Answering(std::function<Response()>& make) : make_(make) {}
  Task<Response> handle(http::Request&) override { co_return make_(); }

 private:
  std::function<Response()>& make_;
};

// What a client gets: the portions in which it comes, and whether it is complete.
struct Got {
  Response response;
  std::vector<std::string> portions;
  bool is_complete = false;

  std::string body() const {
    std::string all;
    for (const std::string& portion : portions) all += portion;
    return all;
  }
  std::string field(HeaderId id) const {
    return std::string(response.headers.find(id).value_or("(none)"));
  }
};

Task<void> read_all(Got& got) {
  http::Body& body = got.response.body;
  got.is_complete = true;
  if (const auto* whole = std::get_if<std::string>(&body)) got.portions.push_back(*whole);
  auto* const source = std::get_if<std::unique_ptr<http::BodySource>>(&body);
  while (source != nullptr) {
    Result<Bytes> portion = co_await (*source)->read();
    got.is_complete = portion.has_value();
    if (!portion || portion->empty()) break;
    got.portions.emplace_back(*portion);
  }
}

class CompressingAnswers : public testing::Test {
 protected:
  // An answer with this body and a type that is text.
  static Response page(http::Body body) {
    Response response{.body = std::move(body)};
    response.headers.add(HeaderId::content_type, "text/html");
    return response;
  }

  Got ask(std::function<Response()> make, const std::string& accepted = "gzip",
          Method method = Method::GET) {
    make_ = std::move(make);
    Got got;
    nursery_.start(serve(got, accepted, method));
    nursery_.start(end());
    loop_->run();
    return got;
  }
  Got ask_for_page() {
    return ask([] { return page(text); });
  }
  // Asks for a page with such a field.
  Got ask_with(HeaderId id, Bytes value) {
    return ask([=] {
      Response response = page(text);
      response.headers.add(id, value);
      return response;
    });
  }
  static void expect_plain(const Got& got) {
    EXPECT_EQ(got.field(HeaderId::vary), "(none)");
    EXPECT_EQ(got.body(), text);
  }

 private:
  Task<void> serve(Got& got, std::string accepted, Method method) {
    http::Headers headers;
    if (!accepted.empty()) headers.add(HeaderId::accept_encoding, accepted);
    http::EmptyBody none;
    const http::Endpoints endpoints;
    http::Request request{.method = method,
                          .method_text = http::text(method),
                          .target = "/",
                          .raw_path = "/",
                          .query = {},
                          .path = "/",
                          .host = {},
                          .headers = headers,
                          .body = none,
                          .endpoints = endpoints,
                          .began = {}};
    got.response = co_await handler_.handle(request);
    co_await read_all(got);
    is_served_ = true;
  }
  Task<void> end() {
    while (!std::exchange(is_served_, false)) co_await loop::Yield{*loop_};
    loop_->stop();
  }

  std::unique_ptr<loop::Loop> loop_ = *loop::Loop::make(loop::make_epoll_poller());
  std::function<Response()> make_;
  CompressingHandler handler_{std::make_unique<Answering>(make_), *loop_};
  Nursery nursery_;
  bool is_served_ = false;
};

TEST_F(CompressingAnswers, WholeContentKeepsALength) {
  const Got got = ask_for_page();
  EXPECT_EQ(got.field(HeaderId::content_encoding), "gzip");
  EXPECT_EQ(got.field(HeaderId::vary), "Accept-Encoding");
  EXPECT_LT(*http::length(got.response.body), text.size());
  EXPECT_EQ(decode(ContentCoding::gzip, got.body()).content, text);
}

TEST_F(CompressingAnswers, TheBestCodingIsTaken) {
  for (const auto& [accepted, coding] : {std::pair("gzip, br, zstd", "zstd"),
                                         {"gzip, br", "br"},
                                         {"gzip;q=0.9, br;q=0.5", "gzip"},
                                         {"", "(none)"},
                                         {"identity", "(none)"},
                                         {"zstd;q=0", "(none)"}}) {
    const Got got = ask([] { return page(text); }, accepted);
    EXPECT_EQ(got.field(HeaderId::content_encoding), coding);
    EXPECT_EQ(got.field(HeaderId::vary), "Accept-Encoding");
  }
}

TEST_F(CompressingAnswers, WhatIsNotWorthItOrForbiddenIsLeftAlone) {
  expect_plain(ask_with(HeaderId::content_encoding, "identity"));
  expect_plain(ask_with(HeaderId::content_range, "bytes 0-4999/6000"));
  expect_plain(ask_with(HeaderId::cache_control, "max-age=5, No-Transform"));
  expect_plain(ask([] {
    Response response = page(text);
    response.headers.set(HeaderId::content_type, "image/png");
    return response;
  }));
  expect_plain(ask([] {
    Response response = page(text);
    response.headers.add("Content-Digest", "sha-256=:AA==:");
    return response;
  }));
  expect_plain(ask([] {
    Response response = page(text);
    response.status = http::status::partial_content;
    return response;
  }));
  const Got small = ask([] { return page("small"); });
  EXPECT_EQ(small.body(), "small");
  EXPECT_EQ(small.field(HeaderId::vary), "(none)");
}

TEST_F(CompressingAnswers, ATagBecomesWeak) {
  EXPECT_EQ(ask_with(HeaderId::etag, "\"a\"").field(HeaderId::etag), "W/\"a\"");
  EXPECT_EQ(ask_with(HeaderId::etag, "W/\"a\"").field(HeaderId::etag), "W/\"a\"");
  const auto not_modified = [] {
    Response response{.status = http::status::not_modified};
    response.headers.add(HeaderId::etag, "\"a\"");
    return response;
  };
  const Got encoded = ask(not_modified);
  EXPECT_EQ(encoded.field(HeaderId::etag), "W/\"a\"");
  EXPECT_EQ(encoded.field(HeaderId::vary), "Accept-Encoding");
  EXPECT_EQ(ask(not_modified, "identity").field(HeaderId::etag), "\"a\"");
}

TEST_F(CompressingAnswers, VaryIsNotDoubledAndRangesAreNotOffered) {
  EXPECT_EQ(
      ask_with(HeaderId::vary, "Cookie, accept-encoding").response.headers.count(HeaderId::vary),
      1U);
  EXPECT_EQ(ask_with(HeaderId::vary, "*").response.headers.count(HeaderId::vary), 1U);
  EXPECT_EQ(ask_with(HeaderId::vary, "Cookie").response.headers.count(HeaderId::vary), 2U);
  EXPECT_EQ(ask_with(HeaderId::accept_ranges, "bytes").field(HeaderId::accept_ranges), "(none)");
}

TEST_F(CompressingAnswers, HeadHasTheFieldsOfGet) {
  const auto head = [](std::optional<std::uint64_t> length) {
    return [length] {
      Response response = page(std::monostate());
      response.content_length = length;
      return response;
    };
  };
  const Got got = ask(head(5000), "br", Method::HEAD);
  EXPECT_EQ(got.field(HeaderId::content_encoding), "br");
  EXPECT_EQ(got.response.content_length, std::nullopt);
  const Got unknown = ask(head(std::nullopt), "br", Method::HEAD);
  EXPECT_EQ(unknown.field(HeaderId::content_encoding), "(none)") << "GET may be too short for it";
  EXPECT_EQ(unknown.field(HeaderId::vary), "Accept-Encoding");
  const Got small = ask(head(10), "br", Method::HEAD);
  EXPECT_EQ(small.field(HeaderId::content_encoding), "(none)");
  EXPECT_EQ(small.response.content_length, 10U);
}

TEST_F(CompressingAnswers, SoManyStreamsAtATimeAndNoMore) {
  const auto stream = [] { return page(std::make_unique<Pieces>(std::vector{text})); };
  std::vector<Got> held;
  for (;;) {
    ASSERT_LT(held.size(), 10'000U);
    Got got = ask(stream);
    if (!got.response.headers.find(HeaderId::content_encoding)) break;
    held.push_back(std::move(got));
  }
  EXPECT_GT(held.size(), 100U);
  held.pop_back();
  EXPECT_EQ(ask(stream).field(HeaderId::content_encoding), "gzip");
}

TEST_F(CompressingAnswers, AHugeFileIsSentFromItsDescriptor) {
  const Got got = ask([] { return page(http::FileRange{-1, 0, std::uint64_t{1} << 30, {}}); });
  EXPECT_EQ(got.field(HeaderId::content_encoding), "(none)");
  EXPECT_EQ(got.field(HeaderId::vary), "Accept-Encoding");
}

TEST_F(CompressingAnswers, EachEventLeavesAtOnce) {
  for (const auto& [name, coding] : {std::pair("gzip", ContentCoding::gzip),
                                     {"br", ContentCoding::br},
                                     {"zstd", ContentCoding::zstd}}) {
    const Got got = ask(
        [] {
          return page(std::make_unique<Pieces>(std::vector<std::string>{"one", "two", "three"}));
        },
        name);
    ASSERT_EQ(got.portions.size(), 4U);
    EXPECT_EQ(decode(coding, got.portions[0]).content, "one");
    EXPECT_EQ(decode(coding, got.portions[0] + got.portions[1]).content, "onetwo");
    EXPECT_EQ(decode(coding, got.body()).content, "onetwothree");
    EXPECT_TRUE(decode(coding, got.body()).is_complete);
  }
}

TEST_F(CompressingAnswers, WhatIsThereTogetherLeavesTogether) {
  const std::vector<std::string> pieces(1000, "a piece of many. ");
  const Got got = ask([&] { return page(std::make_unique<Pieces>(pieces, true)); });
  EXPECT_LE(got.portions.size(), 2U);
  EXPECT_LT(got.body().size(), 500U);
  EXPECT_EQ(decode(ContentCoding::gzip, got.body()).content.size(), 17'000U);
}

TEST_F(CompressingAnswers, WhatBreaksOffDoesNotEndCleanly) {
  const Got failed = ask([] {
    return page(std::make_unique<Pieces>(std::vector<std::string>{text, text}, false, true));
  });
  EXPECT_FALSE(failed.is_complete);
  EXPECT_FALSE(decode(ContentCoding::gzip, failed.body()).is_complete);
  const Got shorter = ask([] {
    return page(std::make_unique<Pieces>(std::vector<std::string>{text}, false, false, 6000));
  });
  EXPECT_FALSE(shorter.is_complete);
  EXPECT_FALSE(decode(ContentCoding::gzip, shorter.body()).is_complete);
}

TEST_F(CompressingAnswers, WhatIsLongerThanItSaidIsCutOff) {
  const Got got = ask([] {
    return page(std::make_unique<Pieces>(std::vector<std::string>{text, text}, false, false, 7000));
  });
  EXPECT_TRUE(got.is_complete);
  EXPECT_EQ(got.response.content_length, std::nullopt);
  EXPECT_EQ(decode(ContentCoding::gzip, got.body()).content.size(), 7000U);
}

TEST_F(CompressingAnswers, MuchContentIsHeldInPart) {
  const Got got = ask([] {
    std::vector<std::string> pieces;
    for (int i = 0; i < 200; ++i) pieces.push_back(std::string(65'536, static_cast<char>(i)));
    return page(std::make_unique<Pieces>(std::move(pieces), true));
  });
  for (const std::string& portion : got.portions) EXPECT_LT(portion.size(), 100'000U);
  EXPECT_EQ(decode(ContentCoding::gzip, got.body()).content.size(), 200U * 65'536);
}

TEST_F(CompressingAnswers, FilesAreReadInPieces) {
  auto file = std::make_shared<UniqueFd>(::memfd_create("file", 0));
  std::string content;
  for (int i = 0; i < 50'000; ++i) content += std::to_string(i);
  ASSERT_EQ(::write(file->get(), content.data(), content.size()),
            static_cast<ssize_t>(content.size()));
  const auto part = [&] {
    return page(http::FileRange{file->get(), 10, content.size() - 10, file});
  };
  const Got got = ask(part);
  EXPECT_EQ(decode(ContentCoding::gzip, got.body()).content, content.substr(10));
  EXPECT_TRUE(got.is_complete);
  ASSERT_EQ(::ftruncate(file->get(), 100'000), 0);
  EXPECT_FALSE(ask(part).is_complete);
}

}  // namespace
}  // namespace coachwhip::compress
