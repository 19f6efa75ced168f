#include "http1/connection.hpp"

#include "http1/test_connection.hpp"

namespace coachwhip::http1 {
namespace {

TEST_F(Http1Connection, AnswersOneRequestAfterTheOther) {
  stream_.feed("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  serve();
  settle();
  EXPECT_EQ(output(), answer("hello"));
  stream_.feed("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  settle();
  EXPECT_EQ(output(), answer("hello") + answer("hello"));
  EXPECT_FALSE(has_ended());
  stream_.feed_end();
  settle();
  EXPECT_TRUE(has_ended());
}

// What a connection leaves behind is another's to use, but not to see.
TEST_F(Http1Connection, NothingOfOneClientReachesTheNext) {
  for (const std::string begun :
       {"G", "GET /hello HTTP/1.1\r\nX: y\r\n", "nonsense\r\n", "GET / HTTP/1.1\r\n\r\nmore",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx",
        "GET /broken HTTP/1.1\r\nHost: a\r\n\r\nGET /"}) {
    net::MemoryStream stream(*loop_);
    stream.feed(begun);
    stream.feed_end();
    Connection connection(stream, endpoints_, context_);
    auto serving = connection.serve();
    serving.start();
    settle();
    ASSERT_TRUE(serving.done()) << begun;
    net::MemoryStream next_stream(*loop_);
    next_stream.feed("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    next_stream.feed_end();
    Connection next(next_stream, endpoints_, context_);
    auto serving_next = next.serve();
    serving_next.start();
    settle();
    EXPECT_EQ(without_dates(next_stream.output()), answer("hello")) << begun;
  }
}

TEST_F(Http1Connection, SaysTheDate) {
  talk("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(std::regex_search(stream_.output(), std::regex("\r\nDate: \\w{3}, \\d\\d \\w{3} ")));
}

// Requests of every framing after one another: a body's end is where the next request begins.
const std::string conversation =
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfirst"
    "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3\r\nsec\r\n3;x=y\r\nond\r\n0\r\nTrailer: z\r\n\r\n"
    "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz"
    "POST /one-read HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz"
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
    "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"
    "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n"
    "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

std::string conversation_answers() {
  return answer("first") + answer("hello") + answer("second") + answer("ignored") + answer("one") +
         answer("") +
         "HTTP/1.1 200 OK\r\nServer: coachwhip\r\nTransfer-Encoding: chunked\r\n\r\n"
         "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
         "HTTP/1.1 200 OK\r\nServer: coachwhip\r\nContent-Length: 5\r\n\r\n" +
         answer("hello", "Connection: close\r\n");
}

TEST_F(Http1Connection, PipelinedRequestsAreAnsweredInOrder) {
  EXPECT_EQ(talk(conversation), conversation_answers());
}

TEST_F(Http1Connection, BytesThatComeOneByOneGetTheSameAnswers) {
  serve();
  for (const char c : conversation) {
    stream_.feed({&c, 1});
    loop_->turn(Duration{});
  }
  settle();
  EXPECT_EQ(output(), conversation_answers());
  EXPECT_TRUE(has_ended());
}

TEST_F(Http1Connection, AnInputInTwoPartsGetsTheSameAnswers) {
  for (std::size_t cut = 1; cut < conversation.size(); ++cut) {
    net::MemoryStream stream(*loop_);
    Connection connection(stream, endpoints_, context_);
    stream.feed(conversation.substr(0, cut));
    auto serving = connection.serve();
    serving.start();
    settle();
    stream.feed(conversation.substr(cut));
    settle();
    ASSERT_TRUE(serving.done()) << cut;
    ASSERT_EQ(without_dates(stream.output()), conversation_answers()) << cut;
  }
}

TEST_F(Http1Connection, AClientThatTakesLittleAtATimeGetsTheSameAnswers) {
  stream_.set_write_portion(1);
  EXPECT_EQ(talk(conversation), conversation_answers());
}

TEST_F(Http1Connection, Http10ClosesUnlessAskedNotTo) {
  EXPECT_EQ(
      talk("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
           "GET /hello HTTP/1.0\r\n\r\n"
           "GET /hello HTTP/1.0\r\n\r\n"),
      answer("hello", "Connection: keep-alive\r\n") + answer("hello", "Connection: close\r\n"));
}

TEST_F(Http1Connection, UnknownLengthsEndWithTheConnectionForHttp10) {
  EXPECT_EQ(talk("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nServer: coachwhip\r\nConnection: close\r\n\r\nonetwo");
}

TEST_F(Http1Connection, ABadRequestIsRefusedAndTheConnectionEnds) {
  const std::string got = talk(
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /hello HTTP/1.1\r\n\r\n"
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(got.starts_with(answer("hello") + "HTTP/1.1 400 Bad Request\r\n")) << got;
  EXPECT_NE(got.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(got.find("200 OK", got.find("400 ")), std::string::npos);
}

TEST_F(Http1Connection, ARefusedHeadGetsNoContent) {
  for (const std::string refused :
       {"HEAD / HTTP/1.1\r\n\r\n", "HEAD /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "HEAD / HTTP/1.1\nHost: a\n\n", "\r\nHEAD /<> HTTP/1.1\r\n", "HEAD / HTTP/9.9\r\n"}) {
    net::MemoryStream stream(*loop_);
    stream.feed(refused);
    stream.feed_end();
    Connection connection(stream, endpoints_, context_);
    auto serving = connection.serve();
    serving.start();
    settle();
    EXPECT_TRUE(std::regex_search(stream.output(), std::regex("^HTTP/1.1 (4|5)"))) << refused;
    EXPECT_TRUE(stream.output().ends_with("\r\nConnection: close\r\n\r\n")) << stream.output();
    EXPECT_NE(stream.output().find("\r\nContent-Length: "), std::string::npos);
  }
}

TEST_F(Http1Connection, AHeadThatIsTooSlowGets408WithoutContent) {
  stream_.feed("HEAD /hello HT");
  serve();
  pass(1min);
  EXPECT_TRUE(output().starts_with("HTTP/1.1 408 ")) << output();
  EXPECT_TRUE(output().ends_with("\r\nConnection: close\r\n\r\n")) << output();
}

TEST_F(Http1Connection, APlainConnectionSpeaksForNoHttpsResource) {
  const std::string got = talk("GET https://a/hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 421 Misdirected Request\r\n")) << got;
  EXPECT_NE(got.find("Connection: close\r\n"), std::string::npos);
}

TEST_F(Http1Connection, ATrustedProxyMayHaveGotAnHttpsTarget) {
  http::TrustedProxies proxies;
  context_.trusted_proxies = &proxies;
  endpoints_.is_trusted_proxy = true;
  const std::string request = "GET https://a/hello HTTP/1.1\r\nHost: a\r\n";
  const std::string got = talk(request + "X-Forwarded-Proto: https\r\n\r\n" + request +
                               "X-Forwarded-Proto: http\r\n\r\n");
  EXPECT_TRUE(got.starts_with(answer("hello") + "HTTP/1.1 421 ")) << got;
}

TEST_F(Http1Connection, AStrangerCannotSayThatItGotAnHttpsTarget) {
  const std::string got = talk(
      "GET https://a/hello HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 421 ")) << got;
}

TEST_F(Http1Connection, TheHostOfTheTargetIsTheOneThatCounts) {
  EXPECT_EQ(
      talk("GET http://a:80/who HTTP/1.1\r\nX: y\r\nHost: A\r\n\r\n"
           "GET http://a/who HTTP/1.0\r\n\r\n"),
      answer(" a:80\nX: y\r\nHost: a:80\r\n") + answer(" a\nHost: a\r\n", "Connection: close\r\n"));
}

TEST_F(Http1Connection, ABodyAboveTheLimitIsRefused) {
  limits_.body_bytes_max = 10;
  const std::string got = talk(
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"
      "01234567890");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 413 ")) << got;
  EXPECT_NE(got.find("Connection: close\r\n"), std::string::npos);
}

TEST_F(Http1Connection, AChunkedBodyAboveTheLimitIsRefused) {
  limits_.body_bytes_max = 10;
  const std::string got = talk(
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "6\r\n012345\r\n6\r\n678901\r\n0\r\n\r\n");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 413 ")) << got;
}

TEST_F(Http1Connection, AMalformedChunkIsRefused) {
  const std::string got = talk(
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "6\r\n012345\r\nxyz\r\n");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 400 ")) << got;
  EXPECT_NE(got.find("Connection: close\r\n"), std::string::npos);
}

TEST_F(Http1Connection, AHeadThatIsTooSlowGets408) {
  stream_.feed("GET /hello HTTP/1.1\r\n");
  serve();
  for (int second = 0; second < 12; ++second) {
    pass(1s);
    stream_.feed("X: y\r\n");
    settle();
  }
  EXPECT_TRUE(output().starts_with("HTTP/1.1 408 ")) << output();
}

TEST_F(Http1Connection, ABodyThatStopsGets408) {
  stream_.feed("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  serve();
  pass(29s);
  EXPECT_EQ(output(), "");
  pass(2s);
  EXPECT_TRUE(output().starts_with("HTTP/1.1 408 ")) << output();
}

TEST_F(Http1Connection, OnlyAnIdleOneMakesWay) {
  serve();
  stream_.feed("GET /hel");
  settle();
  EXPECT_FALSE(context_.idle.end_first(never)) << "its request has begun";
  stream_.feed("lo HTTP/1.1\r\nHost: a\r\n\r\n");
  settle();
  EXPECT_FALSE(has_ended());
  EXPECT_TRUE(context_.idle.end_first(never));
  EXPECT_TRUE(has_ended());
  EXPECT_EQ(output(), answer("hello"));
  EXPECT_FALSE(context_.idle.end_first(never));
}

TEST_F(Http1Connection, AClientThatTakesNothingIsGivenUp) {
  stream_.set_write_window(10);
  stream_.feed("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  serve();
  pass(29s);
  EXPECT_FALSE(has_ended());
  pass(2s);
  EXPECT_TRUE(has_ended());
}

TEST_F(Http1Connection, AClientThatTakesSomethingNowAndThenIsNot) {
  stream_.set_write_window(10);
  stream_.feed("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  serve();
  for (std::size_t window = 10'000; !output().ends_with("end of large"); window += 10'000) {
    ASSERT_LT(window, 200'000U);
    pass(25s);
    ASSERT_FALSE(has_ended());
    stream_.set_write_window(window);
    settle();
  }
}

TEST_F(Http1Connection, WhatFailsInAHandlerBecomes500) {
  const std::string got = talk(
      "GET /throw HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 500 ")) << got;
  EXPECT_NE(got.find("Request id: 0000000000000001\n"), std::string::npos) << got;
  EXPECT_EQ(got.find("secret"), std::string::npos);
  EXPECT_TRUE(got.ends_with(answer("hello")));
}

TEST_F(Http1Connection, ASourceThatBreaksCutsTheConnection) {
  const std::string got = talk(
      "GET /broken HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(got.ends_with("\r\n3\r\none\r\n")) << got;
}

TEST_F(Http1Connection, ContentLengthIsKeptTo) {
  EXPECT_EQ(talk("GET /too-long HTTP/1.1\r\nHost: a\r\n\r\n"
                 "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
                 "GET /too-short HTTP/1.1\r\nHost: a\r\n\r\n"
                 "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
            answer("onet") + answer("hello") +
                "HTTP/1.1 200 OK\r\nServer: coachwhip\r\nContent-Length: 10\r\n\r\nonetwo");
}

TEST_F(Http1Connection, SendsFiles) {
  EXPECT_EQ(talk("GET /file HTTP/1.1\r\nHost: a\r\n\r\n"
                 "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
            answer("23456") + answer("hello"));
}

TEST_F(Http1Connection, AFinishedAnswerDoesNotWaitLongForTheNext) {
  stream_.feed(
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /door HTTP/1.1\r\nHost: a\r\n\r\n");
  serve();
  settle();
  pass(1ms);
  EXPECT_EQ(output(), answer("hello"));
  site_.door.open();
  settle();
  EXPECT_EQ(output(), answer("hello") + answer("opened"));
}

constexpr const char* proxied =
    "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n"
    "X-Forwarded-Host: b\r\nX-Forwarded-Prefix: /c\r\n\r\n";

TEST_F(Http1Connection, NobodySeesWhatAStrangerForwards) {
  EXPECT_EQ(talk(proxied), answer(" a\nHost: a\r\n"));
}

TEST_F(Http1Connection, ATrustedProxyIsBelievedForItsRequestOnly) {
  http::TrustedProxies proxies;
  context_.trusted_proxies = &proxies;
  endpoints_.is_trusted_proxy = true;
  const std::string plain = "GET /who HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(talk(proxied + plain),
            answer("192.0.2.1 b/c\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Host: b\r\n"
                   "X-Forwarded-Prefix: /c\r\nHost: b\r\n") +
                answer(" a\nHost: a\r\n"));
}

TEST_F(Http1Connection, WhatATrustedProxyForwardsIsChecked) {
  http::TrustedProxies proxies;
  context_.trusted_proxies = &proxies;
  endpoints_.is_trusted_proxy = true;
  const std::string refused = talk("GET /who HTTP/1.1\r\nHost: a\r\nForwarded: for=\r\n\r\n");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 400 Bad Request\r\n")) << refused;
  EXPECT_TRUE(refused.ends_with("malformed Forwarded\n")) << refused;
}

TEST_F(Http1Connection, BeginsWithWhatSomebodyElseHasReceived) {
  connection_.emplace(stream_, endpoints_, context_);
  connection_->begin_with("GET /hello HTTP/1.1\r\nHo");
  EXPECT_EQ(talk("st: a\r\n\r\n"), answer("hello"));
}

}  // namespace
}  // namespace coachwhip::http1
