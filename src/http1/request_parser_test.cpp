#include "http1/request_parser.hpp"

#include <gtest/gtest.h>
#include <numeric>

#include "http1/parse_in_pieces.hpp"

namespace coachwhip::http1 {
namespace {

// What the parser says, after checking that it says the same however the message is cut.
std::string parse(Bytes message, const http::Limits& limits = {}) {
  const std::string whole = parse_in_pieces(message, {}, limits);
  std::vector<std::size_t> every(message.size());
  std::iota(every.begin(), every.end(), std::size_t{0});
  for (const std::size_t cut : every) {
    EXPECT_EQ(parse_in_pieces(message, {{cut}}, limits), whole) << message << " cut at " << cut;
  }
  EXPECT_EQ(parse_in_pieces(message, every, limits), whole) << message << " byte by byte";
  return whole;
}

int status(Bytes message, const http::Limits& limits = {}) {
  const std::string text = parse(message, limits);
  return std::isdigit(static_cast<unsigned char>(text[0])) ? std::stoi(text) : 200;
}

// The value of one line of describe(); "absent" if there is none.
std::string value(const std::string& description, Bytes name) {
  const std::string begin = "\n" + std::string(name) + " <";
  const std::size_t found = ("\n" + description).find(begin);
  if (found == std::string::npos) return "absent";
  const std::size_t from = found + begin.size() - 1;
  return description.substr(from, description.find(">\n", from) - from);
}

std::string with_line(Bytes line) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + std::string(line) + "\r\n\r\n";
}

std::string with_target(Bytes target, Bytes method = "GET") {
  return std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

std::string with_version(Bytes version) {
  return "GET / " + std::string(version) + "\r\nHost: x\r\n\r\n";
}

TEST(RequestParser, ASmallRequest) {
  const std::string head = parse("GET /a/b?c=d HTTP/1.1\r\nHost: example.com:8000\r\n\r\n");
  EXPECT_EQ(value(head, "method"), "GET");
  EXPECT_EQ(value(head, "known method"), "GET");
  EXPECT_EQ(value(head, "target"), "/a/b?c=d");
  EXPECT_EQ(value(head, "path"), "/a/b");
  EXPECT_EQ(value(head, "query"), "c=d");
  EXPECT_EQ(value(head, "host"), "example.com:8000");
  EXPECT_EQ(value(head, "minor version"), "1");
  EXPECT_EQ(value(head, "framing"), "0");
  EXPECT_EQ(value(head, "keep alive"), "yes");
  EXPECT_EQ(value(head, "Host"), "example.com:8000");
  EXPECT_EQ(value(head, "size"), "49");
}

TEST(RequestParser, WhatFollowsTheHeadIsNotItsBusiness) {
  const std::string head = parse("GET / HTTP/1.1\r\nHost: x\r\n\r\n\x01GET / HTTP/1.1\r\n");
  EXPECT_EQ(value(head, "size"), "27");
}

TEST(RequestParser, FieldsKeepOrderSpellingAndBytes) {
  const std::string head = parse(
      "GET / HTTP/1.1\r\nhOST:x\r\nX-A: \t 1 \t 2\t \r\nX-Empty:\r\nX-Blank:   \r\nX-A: "
      "\xff\x80\r\n"
      "X_Under: \"a\tb\"\r\n\r\n");
  EXPECT_NE(head.find("hOST <x>\nX-A <1 \t 2>\nX-Empty <>\nX-Blank <>\nX-A <\xff\x80>\n"
                      "X_Under <\"a\tb\">\n"),
            std::string::npos)
      << head;
}

TEST(RequestParser, UnknownMethodsArePassedOn) {
  const std::string head = parse(with_target("/", "BREW-1"));
  EXPECT_EQ(value(head, "method"), "BREW-1");
  EXPECT_EQ(value(head, "known method"), "");
  EXPECT_EQ(status(with_target("/", "TRACE")), 200);
}

TEST(RequestParser, IsReusedWithoutMemoryOfTheLastRequest) {
  const http::Limits limits;
  RequestParser parser(limits);
  EXPECT_FALSE(parser.has_begun());
  const Bytes first =
      "POST http://a/?b HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  ASSERT_TRUE(parser.parse(first).value());
  parser.reset();
  EXPECT_FALSE(parser.has_begun());
  const Bytes second = "GET /x HTTP/1.1\r\nHost: d\r\n\r\n";
  ASSERT_TRUE(parser.parse(second).value());
  EXPECT_EQ(describe(parser.head(), second.size()), parse_in_pieces(second, {}));
}

TEST(RequestParser, HasBegunWithTheFirstByteThatIsNoEmptyLine) {
  const http::Limits limits;
  RequestParser parser(limits);
  const Bytes input = "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t size = 0; size <= 2; ++size) {
    EXPECT_FALSE(parser.parse(input.substr(0, size)).value());
    EXPECT_FALSE(parser.has_begun()) << size;
  }
  for (std::size_t size = 3; size <= input.size(); ++size) {
    EXPECT_EQ(parser.parse(input.substr(0, size)).value().has_value(), size == input.size());
    EXPECT_TRUE(parser.has_begun()) << size;
  }
}

TEST(RequestLine, AnEmptyLineMayPrecedeIt) {
  const std::string request = with_target("/");
  EXPECT_EQ(value(parse("\r\n" + request), "size"), "29");
  EXPECT_EQ(status("\r\n\r\n" + request), 400);
  EXPECT_EQ(status("\n" + request), 400);
  EXPECT_EQ(status("\r" + request), 400);
  EXPECT_EQ(status(" " + request), 400);
}

TEST(RequestLine, HasExactlyThreeParts) {
  for (const Bytes line :
       {"GET", "GET /", "GET / ", "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 ",
        " GET / HTTP/1.1", "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1", "GET HTTP/1.1", "GET / x HTTP/1.1",
        "/ HTTP/1.1", "GET / HTTP/1.1\t"}) {
    EXPECT_EQ(status(std::string(line) + "\r\nHost: x\r\n\r\n"), 400) << line;
  }
}

TEST(RequestLine, MethodsAreUpperCaseAndOfABoundedLength) {
  EXPECT_EQ(status(with_target("/", std::string(32, 'A'))), 200);
  EXPECT_EQ(status(with_target("/", std::string(33, 'A'))), 501);
  EXPECT_EQ(status(std::string(100'000, 'A').substr(0, 9000)), 501);
  for (const Bytes method :
       {"get", "Get", "gET", "G(T", "G*T", "G\x80T", "G/T", "\"GET\"", "GET:", "[GET]"}) {
    EXPECT_EQ(status(with_target("/", method)), 400) << method;
  }
  EXPECT_EQ(status(with_target("x:443", "CONNECT")), 501);
  EXPECT_EQ(status(with_target("/", "CONNECT")), 501);
}

TEST(RequestLine, VersionsAreReadStrictly) {
  EXPECT_EQ(value(parse(with_version("HTTP/1.0")), "minor version"), "0");
  EXPECT_EQ(value(parse(with_version("HTTP/1.2")), "minor version"), "1");
  EXPECT_EQ(value(parse(with_version("HTTP/1.9")), "minor version"), "1");
  for (const Bytes version : {"HTTP/2.0", "HTTP/0.9", "HTTP/9.9"}) {
    EXPECT_EQ(status(with_version(version)), 505) << version;
  }
  for (const Bytes version : {"http/1.1", "HTTP/1.10", "HTTP/1.1x", "HTTP/1", "HTTP/1.", "HTTP/.1",
                              "HTTP/11", "HTTP /1.1", "HTTP/1,1", "HTTP/a.1", "HTTP/1.a", "HTTP/2",
                              "HTTP1.1", "HTTPS/1.1", "HTTP/01.1", "HTTP/-1.1", "1.1"}) {
    EXPECT_EQ(status(with_version(version)), 400) << version;
  }
  EXPECT_EQ(status("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
}

TEST(Target, OriginFormIsSplitAtTheFirstQuestionMark) {
  const std::string head = parse(with_target("/a?b?c/../d"));
  EXPECT_EQ(value(head, "path"), "/a");
  EXPECT_EQ(value(head, "query"), "b?c/../d");
  EXPECT_EQ(value(parse(with_target("/?")), "query"), "");
  EXPECT_EQ(value(parse(with_target("//a//b")), "path"), "//a//b");
  EXPECT_EQ(value(parse(with_target("/;p=1:@&$,+!'()*~%41")), "path"), "/;p=1:@&$,+!'()*~%41");
}

std::string with_target_and_host(Bytes target, Bytes host) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
}

TEST(Target, AbsoluteFormNamesTheHost) {
  const std::string head = parse(
      with_target_and_host("http://example.com:81/a?b", "example.com:81"));
  EXPECT_EQ(value(head, "target"), "http://example.com:81/a?b");
  EXPECT_EQ(value(head, "path"), "/a");
  EXPECT_EQ(value(head, "query"), "b");
  EXPECT_EQ(value(head, "host"), "example.com:81");
  EXPECT_EQ(value(parse(with_target_and_host("HTTPS://[::1]", "[::1]")), "path"), "/");
  const std::string without_path = parse(with_target_and_host("http://a?b=/c", "a"));
  EXPECT_EQ(value(without_path, "host"), "a");
  EXPECT_EQ(value(without_path, "path"), "/");
  EXPECT_EQ(value(without_path, "query"), "b=/c");
}

TEST(Target, AbsoluteFormAndHostMustAgree) {
  for (const Bytes host : {"example.com", "EXAMPLE.com", "example.com:80"}) {
    EXPECT_EQ(status(with_target_and_host("http://Example.com/", host)), 200) << host;
  }
  for (const Bytes host :
       {"example.org", "example.com:81", "example.com:443", "example.co", "www.example.com"}) {
    EXPECT_EQ(status(with_target_and_host("http://example.com/", host)), 400) << host;
  }
  EXPECT_EQ(status(with_target_and_host("https://example.com/", "example.com:443")), 200);
  EXPECT_EQ(status(with_target_and_host("https://example.com:443/", "example.com")), 200);
  EXPECT_EQ(status(with_target_and_host("https://example.com/", "example.com:80")), 400);
}

TEST(Target, AbsoluteFormReplacesHost) {
  EXPECT_EQ(value(parse(with_target_and_host("http://example.com:80/", "EXAMPLE.com")), "Host"),
            "example.com:80");
  EXPECT_EQ(value(parse("GET http://a/ HTTP/1.0\r\nX: y\r\n\r\n"), "Host"), "a");
  EXPECT_EQ(value(parse("GET http://a/ HTTP/1.0\r\nX: y\r\n\r\n"), "X"), "y");
}

TEST(Target, AbsoluteFormIsAsStrictAsHost) {
  for (const Bytes target : {"http://", "http:///a", "http://u@x/", "http://u:p@x/", "http:/x",
                             "http:x", "ftp://x/", "http://x:y/", "http://x:99999/", "://x/",
                             "httpx://x/", "http//x/", "http://a,b/", "http://[::1/"}) {
    EXPECT_EQ(status(with_target(target)), 400) << target;
  }
  EXPECT_EQ(status("GET http://x/ HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status("GET http://x/ HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
}

TEST(Target, AsteriskIsForOptions) {
  EXPECT_EQ(value(parse(with_target("*", "OPTIONS")), "path"), "*");
  for (const Bytes target : {"**", "*?a", "*/"}) {
    EXPECT_EQ(status(with_target(target, "OPTIONS")), 400) << target;
  }
  EXPECT_EQ(status(with_target("*", "GET")), 400);
}

TEST(Target, OtherFormsAndCharactersAreRefused) {
  for (const Bytes target :
       {"a", "a/b", "x:80", "x", "?a", "#", "/a#b", "/?a#b", "/a\\b", "/a<b", "/a>b", "/?<", "/?>",
        "/\x7f", "/\x80", "/?\xc3\xa9", "/\xc3\xa9", "/a\tb"}) {
    EXPECT_EQ(status(with_target(target)), 400) << target;
  }
  EXPECT_EQ(status(with_target("/[a]{b}|^`\"?[a]{b}|^`\"\\")), 200);
}

TEST(Lines, EndWithCrLfAndHoldNoControlBytes) {
  EXPECT_EQ(status("GET / HTTP/1.1\nHost: x\n\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\n\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\rHost: x\r\r"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\r\nHost: x\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\n\rX"), 400);
  for (int c = 0; c < 32; ++c) {
    if (c == '\t') continue;
    EXPECT_EQ(status(with_line("X: a" + std::string(1, static_cast<char>(c)) + "b")), 400) << c;
  }
  EXPECT_EQ(status(with_line("X: a\x7f")), 400);
  EXPECT_EQ(status(Bytes("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 29)), 400);
}

TEST(Fields, NamesAreTokensDirectlyBeforeTheColon) {
  for (const Bytes line : {"X : 1", "X\t: 1", ": 1", "X", "X 1", "X(: 1", "\"X\": 1", "X\x80: 1",
                           "X/Y: 1", "X,Y: 1", "X=1", "X;: 1", "{X}: 1"}) {
    EXPECT_EQ(parse(with_line(line)), "400 malformed field name") << line;
  }
}

TEST(Fields, FoldingIsRefused) {
  EXPECT_EQ(parse(with_line("X: a\r\n b")), "400 white space before a field name");
  EXPECT_EQ(parse(with_line("X: a\r\n\tb: c")), "400 white space before a field name");
  EXPECT_EQ(status("GET / HTTP/1.1\r\n Host: x\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\n \r\n\r\n"), 400);
}

TEST(Host, IsNeededOnceAndValid) {
  EXPECT_EQ(parse("GET / HTTP/1.1\r\n\r\n"), "400 Host is missing");
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n"), "400 several Host fields");
  EXPECT_EQ(value(parse("GET / HTTP/1.0\r\n\r\n"), "host"), "");
  EXPECT_EQ(value(parse("GET / HTTP/1.0\r\nHost: x\r\n\r\n"), "host"), "x");
  EXPECT_EQ(value(parse("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), "host"), "[::1]:80");
  for (const Bytes host : {"", "a b", "a,b", "u@a", "a:b", "a:99999", "http://a", "a/b", "[::1",
                           "a\x80", "a\tb", ":80", "a?b", "a#b"}) {
    EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"),
              "400 malformed Host")
        << host;
  }
}

TEST(Framing, ContentLength) {
  const std::string head = parse(with_line("Content-Length: 42"));
  EXPECT_EQ(value(head, "framing"), "1");
  EXPECT_EQ(value(head, "content length"), "42");
  EXPECT_EQ(value(parse(with_line("content-length:\t0 ")), "framing"), "1");
  EXPECT_EQ(value(parse(with_line("Content-Length: 9223372036854775807")), "content length"),
            "9223372036854775807");
  for (const Bytes length : {"", "+1", "-1", "0x1", "1_0", "1 1", "1,1", "1, 1", "a", "1a", "1.0",
                             "1;", "9223372036854775808", "18446744073709551616",
                             "99999999999999999999999", "\xb2", "\"1\""}) {
    EXPECT_EQ(parse(with_line("Content-Length: " + std::string(length))),
              "400 malformed Content-Length")
        << length;
  }
  EXPECT_EQ(status(with_line("Content-Length: 1\r\nContent-Length: 1")), 400);
  EXPECT_EQ(status(with_line("Content-Length: 1\r\nContent-Length: 2")), 400);
}

TEST(Framing, TransferEncodingIsASingleFinalChunked) {
  EXPECT_EQ(value(parse(with_line("Transfer-Encoding: chunked")), "framing"), "2");
  EXPECT_EQ(value(parse(with_line("transfer-encoding: \tCHUNKED ")), "framing"), "2");
  for (const Bytes coding : {"gzip, chunked", "x,chunked", "br, gzip, chunked"}) {
    EXPECT_EQ(status(with_line("Transfer-Encoding: " + std::string(coding))), 501) << coding;
  }
  for (const Bytes coding : {"gzip", "identity", "chunkedd", "xchunked", "br,gzip"}) {
    EXPECT_EQ(status(with_line("Transfer-Encoding: " + std::string(coding))), 400) << coding;
  }
  for (const Bytes coding : {"", ",", ", chunked", "chunked,", "chunked, chunked", "chunked, gzip",
                             "chunked;a=b", "\"chunked\"", "chun ked",
                             "\xa0"
                             "chunked",
                             "chunked\x80", "chunked\tchunked", "gzip;q=1"}) {
    EXPECT_EQ(status(with_line("Transfer-Encoding: " + std::string(coding))), 400) << coding;
  }
  const std::string chunked = "Transfer-Encoding: chunked";
  EXPECT_EQ(status(with_line(chunked + "\r\n" + chunked)), 400);
  EXPECT_EQ(status(with_line(chunked + "\r\nTransfer-Encoding: gzip")), 400);
  EXPECT_EQ(status(with_line("Transfer-Encoding: gzip\r\n" + chunked)), 501);
  EXPECT_EQ(status(with_line("Transfer-Encoding: gzip\r\n" + chunked + "\r\nContent-Length: 1")),
            400);
  EXPECT_EQ(status(with_line(chunked + "\x0b")), 400);
  EXPECT_EQ(status("POST / HTTP/1.0\r\nHost: x\r\n" + chunked + "\r\n\r\n"), 400);
}

TEST(Framing, BothWaysAtOnceAreRefused) {
  const Bytes message = "400 both Content-Length and Transfer-Encoding";
  EXPECT_EQ(parse(with_line("Content-Length: 1\r\nTransfer-Encoding: chunked")), message);
  EXPECT_EQ(parse(with_line("Transfer-Encoding: chunked\r\nContent-Length: 1")), message);
}

TEST(Fields, ContentTypeIsSaidOnce) {
  const std::string type = "Content-Type: text/html";
  EXPECT_EQ(status(with_line(type)), 200);
  EXPECT_EQ(parse(with_line(type + "\r\n" + type)), "400 several Content-Type fields");
}

TEST(Connection, PersistsByVersionAndOptions) {
  const auto keeps = [](Bytes version, Bytes connection) {
    std::string request = "GET / " + std::string(version) + "\r\nHost: x\r\n";
    request.append(connection).append("\r\n");
    return value(parse(request), "keep alive");
  };
  EXPECT_EQ(keeps("HTTP/1.1", ""), "yes");
  EXPECT_EQ(keeps("HTTP/1.1", "Connection: close\r\n"), "no");
  EXPECT_EQ(keeps("HTTP/1.1", "Connection: Upgrade, CLOSE\r\n"), "no");
  EXPECT_EQ(keeps("HTTP/1.1", "Connection: closed\r\n"), "yes");
  EXPECT_EQ(keeps("HTTP/1.0", ""), "no");
  EXPECT_EQ(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"), "yes");
  EXPECT_EQ(keeps("HTTP/1.0", "Connection: keep-alive\r\nConnection: close\r\n"), "no");
  EXPECT_EQ(keeps("HTTP/1.0", "Keep-Alive: timeout=5\r\n"), "no");
}

TEST(Expect, Only100ContinueCanBeMet) {
  const std::string length = "\r\nContent-Length: 1";
  EXPECT_EQ(value(parse(with_line("Expect: 100-Continue" + length)), "expects continue"), "yes");
  EXPECT_EQ(value(parse(with_line("Expect: 100-continue\r\nTransfer-Encoding: chunked")),
                  "expects continue"),
            "yes");
  EXPECT_EQ(value(parse(with_line("Expect: 100-continue")), "expects continue"), "no");
  EXPECT_EQ(
      value(parse(with_line("Expect: 100-continue\r\nContent-Length: 0")), "expects continue"),
      "no");
  EXPECT_EQ(value(parse("POST / HTTP/1.0\r\nExpect: 100-continue" + length + "\r\n\r\n"),
                  "expects continue"),
            "no");
  for (const Bytes value : {"", "100", "200-ok", "100-continue, x", "100-continue;a",
                            ", 100-continue", "100-continue,", "100-continue, 100-continue"}) {
    EXPECT_EQ(status(with_line("Expect: " + std::string(value))), 417) << value;
  }
}

TEST(Limits, OfTheRequestLine) {
  http::Limits limits;
  limits.request_line_bytes_max = 100;
  const std::string frame = "GET / HTTP/1.1";
  const auto line_of = [&](std::size_t size) {
    return with_target("/" + std::string(size - frame.size(), 'a'));
  };
  EXPECT_EQ(status(line_of(100), limits), 200);
  EXPECT_EQ(status("\r\n" + line_of(100), limits), 200);
  EXPECT_EQ(status(line_of(101), limits), 414);
  EXPECT_EQ(status(line_of(200), limits), 414);
  EXPECT_EQ(status(std::string(200, 'A'), limits), 501);
  EXPECT_EQ(status("GET /" + std::string(90, 'a'), limits), 200);  // more may come
}

TEST(Limits, OfTheFieldsTogether) {
  http::Limits limits;
  limits.header_bytes_max = 100;
  const auto block_of = [](std::size_t size) {
    const std::string fields = "Host: x\r\nX: ";
    return "GET / HTTP/1.1\r\n" + fields + std::string(size - fields.size() - 2, 'a') + "\r\n\r\n";
  };
  EXPECT_EQ(status(block_of(100), limits), 200);
  for (const std::size_t size : {101u, 102u, 103u, 104u, 200u}) {
    EXPECT_EQ(status(block_of(size), limits), 431) << size;
  }
}

TEST(Limits, OfTheNumberOfFields) {
  http::Limits limits;
  limits.header_fields_max = 3;
  EXPECT_EQ(status(with_line("A: 1\r\nB: 2"), limits), 200);
  EXPECT_EQ(status(with_line("A: 1\r\nB: 2\r\nC: 3"), limits), 431);
}

TEST(Limits, ANameTooLongForItsPlaceIsRefused) {
  http::Limits limits;
  limits.header_bytes_max = 200'000;
  const std::string request = with_line(std::string(70'000, 'a') + ": 1");
  EXPECT_EQ(parse_in_pieces(request, {}, limits), "431 header fields are too large");
}

}  // namespace
}  // namespace coachwhip::http1
