// What a client gets before its answer: 100 and 103.
#include "http1/test_connection.hpp"

namespace coachwhip::http1 {
namespace {

TEST_F(Http1Connection, AsksForABodyThatIsHeldBack) {
  stream_.feed(
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  serve();
  settle();
  EXPECT_EQ(output(), "HTTP/1.1 100 Continue\r\n\r\n");
  stream_.feed("body");
  settle();
  EXPECT_EQ(output(), "HTTP/1.1 100 Continue\r\n\r\n" + answer("body"));
}

TEST_F(Http1Connection, DoesNotAskForABodyThatIsThereOrNotWanted) {
  EXPECT_EQ(talk("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n"
                 "\r\nbody"
                 "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                 "Expect: 100-continue\r\n\r\n"),
            answer("body") + answer("ignored", "Connection: close\r\n"));
}

TEST_F(Http1Connection, TheAnswerBefore100ContinueLeavesBeforeIt) {
  stream_.feed(
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  serve();
  settle();
  EXPECT_EQ(output(), answer("hello") + "HTTP/1.1 100 Continue\r\n\r\n");
}

constexpr Bytes hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
constexpr Bytes hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\n";

std::string joined(std::initializer_list<Bytes> parts) {
  std::string all;
  for (const Bytes part : parts) all += part;
  return all;
}

TEST_F(Http1Connection, HintsLeaveAtOnceAndInTheirPlace) {
  stream_.feed(
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /hints HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
  serve();
  settle();
  EXPECT_EQ(output(), joined({answer("hello"), hint, hints}));
  stream_.feed("bodyGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  settle();
  EXPECT_EQ(output(),
            joined({answer("hello"), hint, hints, hints, answer("body"), answer("hello")}));
}

TEST_F(Http1Connection, HintsDoNotAskForABodyThatIsHeldBack) {
  stream_.feed(
      "POST /hints HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  serve();
  settle();
  EXPECT_EQ(output(), joined({hint, hints, "HTTP/1.1 100 Continue\r\n\r\n"}));
  stream_.feed("body");
  settle();
  EXPECT_EQ(output(),
            joined({hint, hints, "HTTP/1.1 100 Continue\r\n\r\n", hints, answer("body")}));
}

TEST_F(Http1Connection, AClientOfHttp10GetsNoHints) {
  EXPECT_EQ(talk("GET /hints HTTP/1.0\r\n\r\n"), answer("", "Connection: close\r\n"));
}

TEST_F(Http1Connection, AClientThatTakesNothingGetsNoMoreHints) {
  stream_.set_write_window(10);
  stream_.feed("POST /hints HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
  serve();
  settle();
  stream_.set_write_window(100'000);
  settle();
  EXPECT_EQ(output(), joined({hint, answer("body")}));
}

}  // namespace
}  // namespace coachwhip::http1
