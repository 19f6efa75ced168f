#include "http1/request_body.hpp"

#include <gtest/gtest.h>

#include "loop/fake_poller.hpp"
#include "net/memory_stream.hpp"

namespace coachwhip::http1 {
namespace {

using namespace std::chrono_literals;

// What a handler reads: all content, or an error.
struct Content {
  std::string bytes;
  std::optional<Error> error;
};

Task<Content> read_all(RequestBody& body) {
  Content content;
  for (;;) {
    Result<Bytes> part = co_await body.read();
    if (!part) {
      content.error = part.error();
      co_return content;
    }
    if (part->empty()) co_return content;
    content.bytes += *part;
  }
}

class Body : public testing::Test, private http::Interim {
 protected:
  void send_interim(http::Status status, const http::Headers&) override {
    interim_.push_back(status);
  }
  void begin(const RequestHead& head) {
    body_.begin(head);
    reading_.emplace(read_all(body_));
  }
  void begin_sized(std::uint64_t length, bool expects_continue = false) {
    RequestHead head;
    head.framing = Framing::length;
    head.content_length = length;
    head.expects_continue = expects_continue;
    begin(head);
  }
  void begin_chunked() {
    RequestHead head;
    head.framing = Framing::chunked;
    begin(head);
  }

  Content read() {
    reading_->start();
    for (int i = 0; i < 1000 && !reading_->done(); ++i) loop_->turn(forever);
    return reading_->take();
  }

  std::unique_ptr<loop::Loop> loop_ = *loop::Loop::make(std::make_unique<loop::FakePoller>());
  net::MemoryStream stream_{*loop_};
  http::Limits limits_;
  Buffer input_;
  std::vector<http::Status> interim_;
  RequestBody body_{stream_, *loop_, input_, limits_, *this};
  std::optional<Task<Content>> reading_;
};

TEST_F(Body, WithoutFramingThereIsNone) {
  begin({});
  EXPECT_TRUE(body_.finished());
  EXPECT_EQ(body_.length(), 0U);
  EXPECT_EQ(read().bytes, "");
}

TEST_F(Body, EndsWhereItsLengthSays) {
  input_.append("first");
  stream_.feed("second");
  begin_sized(7);
  EXPECT_EQ(body_.length(), 7U);
  EXPECT_FALSE(body_.finished());
  EXPECT_EQ(read().bytes, "firstse");
  EXPECT_TRUE(body_.finished());
  body_.release();
  EXPECT_TRUE(Bytes("cond").starts_with(input_.readable())) << "of the next request";
}

TEST_F(Body, EndsWithTheLastChunk) {
  input_.append("5\r\nfirst\r\n");
  stream_.feed("2;x=y\r\nse\r\n0\r\nTrailer: z\r\n\r\ncond");
  begin_chunked();
  EXPECT_EQ(body_.length(), std::nullopt);
  EXPECT_EQ(read().bytes, "firstse");
  EXPECT_TRUE(body_.finished());
  body_.release();
  EXPECT_EQ(input_.readable(), "cond");
}

TEST_F(Body, ArrivesInPortionsOfAnySize) {
  const std::string sent = "5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n";
  for (std::size_t portion = 1; portion <= sent.size(); ++portion) {
    stream_.set_read_portion(portion);
    stream_.feed(sent);
    begin_chunked();
    EXPECT_EQ(read().bytes, "firstsecond") << portion;
    body_.release();
    EXPECT_TRUE(input_.empty());
  }
}

TEST_F(Body, ReadyGivesWhatReadWouldGiveWithoutWaiting) {
  begin_sized(8);
  EXPECT_EQ(body_.ready(), "");
  stream_.feed("half");
  EXPECT_EQ(body_.ready(), "half");
  EXPECT_EQ(body_.ready(), "half");
  stream_.feed("rest");
  EXPECT_EQ(read().bytes, "halfrest");
}

TEST_F(Body, MayBeSlowButNotTooSlow) {
  begin_sized(1'000'000);
  reading_->start();
  const auto feed_a_second = [this](std::size_t bytes) {
    const TimePoint end = loop_->now() + 1s;
    while (loop_->now() < end) loop_->turn(end - loop_->now());
    stream_.feed(std::string(bytes, 'x'));
  };
  for (int seconds = 0; seconds < 300; ++seconds) feed_a_second(250);
  feed_a_second(500'000);  // which is nothing to live on
  for (int seconds = 0; seconds < 50; ++seconds) feed_a_second(120);
  EXPECT_FALSE(reading_->done());
  for (int seconds = 0; seconds < 12; ++seconds) feed_a_second(120);
  ASSERT_TRUE(reading_->done());
  EXPECT_EQ(reading_->take().error->number, 408);
}

TEST_F(Body, AsksNobodyWhoSendsAlready) {
  begin_sized(8, true);
  stream_.feed("body");
  EXPECT_EQ(body_.ready(), "body");
  EXPECT_FALSE(body_.holds_back());
  reading_->start();
  stream_.feed("rest");
  ASSERT_TRUE(reading_->done());
  EXPECT_TRUE(interim_.empty()) << "it would stand in the middle of an answer that has begun";
}

TEST_F(Body, AsksForWhatTheClientHoldsBackWhenItIsRead) {
  begin_sized(4, true);
  EXPECT_TRUE(body_.holds_back());
  EXPECT_EQ(body_.ready(), "");
  EXPECT_TRUE(interim_.empty());
  reading_->start();
  EXPECT_EQ(interim_, std::vector{http::status::continue_});
  EXPECT_FALSE(body_.holds_back());
  stream_.feed("body");
  ASSERT_TRUE(reading_->done());
  EXPECT_EQ(reading_->take().bytes, "body");
}

TEST_F(Body, ABodyLargerThanTheLimitFails) {
  limits_.body_bytes_max = 5;
  stream_.feed("123456");
  begin_sized(6);
  EXPECT_EQ(read().error->number, 413);

  input_.clear();
  stream_.feed("3\r\n123\r\n3\r\n456\r\n0\r\n\r\n");
  begin_chunked();
  EXPECT_EQ(read().error->number, 413);
}

TEST_F(Body, MalformedChunksFail) {
  stream_.feed("3\r\n123\r\nx\r\n");
  begin_chunked();
  const Content content = read();
  EXPECT_EQ(content.bytes, "123");
  EXPECT_EQ(content.error->number, 400);
}

TEST_F(Body, AClientThatLeavesInTheMiddleFails) {
  stream_.feed("12");
  stream_.feed_end();
  begin_sized(3);
  EXPECT_EQ(read().error->kind, ErrorKind::closed);
}

TEST_F(Body, AClientThatStopsInTheMiddleFails) {
  stream_.feed("12");
  begin_sized(3);
  const TimePoint began = loop_->now();
  EXPECT_EQ(read().error->number, 408);
  EXPECT_GE(loop_->now() - began, limits_.body_timeout);
}

TEST_F(Body, WhatNobodyReadCanBeDiscardedUpToABound) {
  stream_.feed("1234567890");
  begin_sized(10);
  auto discarding = body_.discard(100);
  discarding.start();
  ASSERT_TRUE(discarding.done());
  EXPECT_TRUE(discarding.take());

  stream_.set_read_portion(1);
  stream_.feed("1234567890");
  body_.release();
  begin_sized(10);
  auto giving_up = body_.discard(5);
  giving_up.start();
  ASSERT_TRUE(giving_up.done());
  EXPECT_FALSE(giving_up.take());
}

}  // namespace
}  // namespace coachwhip::http1
