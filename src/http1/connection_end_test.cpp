// How connections end.
#include "http1/test_connection.hpp"

namespace coachwhip::http1 {
namespace {

TEST_F(Http1Connection, ARefusedClientMayStillSend) {
  stream_.feed("nonsense\r\n");
  serve();
  settle();
  EXPECT_TRUE(output().starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(stream_.output_ended());
  for (int i = 0; i < 100; ++i) {
    stream_.feed(std::string(64 * 1024, 'x'));
    settle();
  }
  EXPECT_FALSE(has_ended());
  stream_.feed_end();
  settle();
  EXPECT_TRUE(has_ended());
}

TEST_F(Http1Connection, ARefusedClientIsGivenUpInTheEnd) {
  stream_.feed("nonsense\r\n");
  serve();
  pass(1min);
  EXPECT_TRUE(has_ended());
}

// Whoever wanted to go on may be sending already when the last answer leaves.
TEST_F(Http1Connection, TheLastAnswerOutlivesWhatIsSentBehindIt) {
  limits_.requests_per_connection_max = 1;
  stream_.feed("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  serve();
  settle();
  EXPECT_EQ(output(), answer("hello", "Connection: close\r\n"));
  EXPECT_TRUE(stream_.output_ended());
  for (int i = 0; i < 100; ++i) {
    stream_.feed("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    settle();
  }
  EXPECT_FALSE(has_ended()) << "a close over unread input would destroy the answer";
  stream_.feed_end();
  settle();
  EXPECT_TRUE(has_ended());
  EXPECT_EQ(output(), answer("hello", "Connection: close\r\n"));
}

TEST_F(Http1Connection, AClientThatNeverLeavesIsGivenUpInTheEnd) {
  limits_.requests_per_connection_max = 1;
  stream_.feed("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  serve();
  for (int second = 0; second < 6; ++second) {
    stream_.feed("more");
    pass(1s);
  }
  EXPECT_TRUE(has_ended());
}

// An HTTP/1.0 client knows the end of such an answer by the end of the connection alone.
TEST_F(Http1Connection, AnAnswerThatBreaksOffDoesNotEndAsIfItWereWhole) {
  talk("GET /broken HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(stream_.is_broken_off());
}

TEST_F(Http1Connection, AnAnswerThatIsWholeIsNotBrokenOff) {
  talk("GET /stream HTTP/1.0\r\n\r\n");
  EXPECT_FALSE(stream_.is_broken_off());
}

TEST_F(Http1Connection, WhoAskedForTheEndIsNotWaitedFor) {
  for (const std::string last :
       {"GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET /hello HTTP/1.0\r\n\r\n", "POST /echo HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"}) {
    net::MemoryStream stream(*loop_);
    stream.feed(last);
    Connection connection(stream, endpoints_, context_);
    auto serving = connection.serve();
    serving.start();
    settle();
    EXPECT_TRUE(stream.output().ends_with("\r\n\r\nhello")) << last;
    EXPECT_TRUE(serving.done() && !stream.output_ended()) << "closed at once: " << last;
  }
}

TEST_F(Http1Connection, WhoAskedForTheEndAndSendsOnGetsItsAnswer) {
  stream_.feed("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /hello");
  serve();
  settle();
  EXPECT_EQ(output(), answer("hello", "Connection: close\r\n"));
  EXPECT_TRUE(stream_.output_ended());
  EXPECT_FALSE(has_ended());
  pass(6s);
  EXPECT_TRUE(has_ended());
}

TEST_F(Http1Connection, DrainingWaitsForAClientThatWasRefused) {
  stream_.feed("nonsense\r\n");
  serve();
  settle();
  connection_->drain();
  settle();
  EXPECT_FALSE(has_ended());
  stream_.feed_end();
  settle();
  EXPECT_TRUE(has_ended());
}

TEST_F(Http1Connection, ALargeBodyThatNobodyReadsEndsTheConnection) {
  stream_.feed("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 6000000\r\n\r\n");
  serve();
  settle();
  EXPECT_EQ(output(), answer("ignored", "Connection: close\r\n"));
  for (int i = 0; i < 60; ++i) {
    stream_.feed(std::string(100'000, 'x'));
    settle();
  }
  EXPECT_FALSE(has_ended()) << "a close over unread input would destroy the answer";
  stream_.feed_end();
  settle();
  EXPECT_TRUE(has_ended());
}

TEST_F(Http1Connection, AnIdleConnectionEndsWithoutAWord) {
  stream_.feed("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  serve();
  pass(59s);
  EXPECT_FALSE(has_ended());
  pass(2s);
  EXPECT_TRUE(has_ended());
  EXPECT_EQ(output(), answer("hello"));
}

TEST_F(Http1Connection, AClientThatWritesNoMoreGetsItsAnswer) {
  stream_.feed("GET /door HTTP/1.1\r\nHost: a\r\n\r\n");
  stream_.feed_end();
  serve();
  settle();
  EXPECT_FALSE(has_ended());
  site_.door.open();
  settle();
  EXPECT_EQ(output(), answer("opened"));
  EXPECT_TRUE(has_ended());
}

TEST_F(Http1Connection, DrainingEndsAnIdleConnection) {
  stream_.feed("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  serve();
  settle();
  connection_->drain();
  settle();
  EXPECT_TRUE(has_ended());
  EXPECT_EQ(output(), answer("hello"));
}

TEST_F(Http1Connection, DrainingFinishesTheRequestUnderWay) {
  stream_.feed("GET /door HTTP/1.1\r\nHost: a\r\n\r\n");
  serve();
  settle();
  connection_->drain();
  settle();
  EXPECT_FALSE(has_ended());
  site_.door.open();
  settle();
  EXPECT_EQ(output(), answer("opened", "Connection: close\r\n"));
  stream_.feed_end();
  settle();
  EXPECT_TRUE(has_ended());
}

TEST_F(Http1Connection, TheNumberOfRequestsCanBeBounded) {
  limits_.requests_per_connection_max = 2;
  EXPECT_EQ(talk("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
                 "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
                 "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
            answer("hello") + answer("hello", "Connection: close\r\n"));
}

}  // namespace
}  // namespace coachwhip::http1
