#include "http1/chunked_decoder.hpp"

#include <gtest/gtest.h>

#include "http1/decode_in_pieces.hpp"

namespace coachwhip::http1 {
namespace {

// What the decoder says, after checking that it says the same however the body is cut.
std::string decode(Bytes body, const http::Limits& limits = {}) {
  const std::string whole = decode_in_pieces(body, body.size(), body.size(), limits);
  for (std::size_t cut = 0; cut < body.size(); ++cut) {
    EXPECT_EQ(decode_in_pieces(body, cut, body.size(), limits), whole) << body << " cut at " << cut;
  }
  EXPECT_EQ(decode_in_pieces(body, 0, 1, limits), whole) << body << " byte by byte";
  return whole;
}

std::string repeated(Bytes text, std::size_t count) {
  std::string made;
  while (count-- > 0) made.append(text);
  return made;
}

TEST(ChunkedDecoder, GivesTheContentOfAllChunks) {
  EXPECT_EQ(decode("0\r\n\r\n"), "<> size 5");
  EXPECT_EQ(decode("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), "<hello world> size 26");
  EXPECT_EQ(decode("a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n"),
            "<01234567890123456789> size 37");
  EXPECT_EQ(decode("0000000000000002\r\n\r\n\r\n0\r\n\r\n"), "<\r\n> size 27");
}

TEST(ChunkedDecoder, StopsAtTheEndOfTheBody) {
  EXPECT_EQ(decode("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n"), "<a> size 11");
}

TEST(ChunkedDecoder, AnUnfinishedBodyNeedsMore) {
  EXPECT_EQ(decode(""), "<> more");
  EXPECT_EQ(decode("5\r\nhel"), "<hel> more");
  EXPECT_EQ(decode("5\r\nhello\r\n0\r\n"), "<hello> more");
  EXPECT_EQ(decode("3fffffffffffffff\r\nabc"), "<abc> more");
}

TEST(ChunkedDecoder, SizesAreHexadecimalDigitsAlone) {
  for (const Bytes size : {"", " 1", "+1", "-1", "0x1", "1_0", "1 ", "1\t", "g", "1g", "1.", "1,",
                           "\"1\"", "\xb2", "1\x0b"}) {
    const std::string result = decode(std::string(size) + "\r\na\r\n0\r\n\r\n");
    EXPECT_EQ(result.substr(0, 4), "400 ") << size << " -> " << result;
  }
  EXPECT_EQ(decode("\r\n"), "400 malformed chunk size");
}

TEST(ChunkedDecoder, SizesAreBounded) {
  for (const Bytes size : {"4000000000000000", "ffffffffffffffff", "8000000000000000",
                           "10000000000000000", "00000000000000001"}) {
    EXPECT_EQ(decode(std::string(size) + "\r\na\r\n"), "400 chunk size is too large") << size;
  }
}

TEST(ChunkedDecoder, LinesEndWithCrLf) {
  for (const Bytes body :
       {"1\na\r\n0\r\n\r\n", "1\r\na\n0\r\n\r\n", "1\r\na\r\n0\n\r\n", "1\r\na\r\n0\r\n\n",
        "1\ra\r\n", "1\r\r\na\r\n", "1\r\na\r\r\n0\r\n\r\n", "0\r\n\r\r\n", "0\r\nA: b\n\r\n",
        "0\r\nA: b\rX", "1;a\n", "1;a=\"\n\"\r\n"}) {
    EXPECT_EQ(decode(body).substr(0, 4), "400 ") << body;
  }
}

TEST(ChunkedDecoder, DataEndsWhereTheSizeSays) {
  EXPECT_EQ(decode("2\r\nabc\r\n0\r\n\r\n"), "400 chunk does not end where its size says");
  EXPECT_EQ(decode("2\r\na\r\n0\r\n\r\n"), "400 chunk does not end where its size says");
  EXPECT_EQ(decode("1\r\naXX0\r\n\r\n"), "400 chunk does not end where its size says");
  EXPECT_EQ(decode("1\r\na0\r\n\r\n"), "400 chunk does not end where its size says");
}

TEST(ChunkedDecoder, ExtensionsAreDropped) {
  for (const Bytes extension :
       {";a", ";a=b", ";a=\"b c;\\\"\t\xff\"", ";a;b;c=d", " ; a = b ;\tc", ";a=\"\""}) {
    const std::string body = "1" + std::string(extension) + "\r\nx\r\n0\r\n\r\n";
    EXPECT_EQ(decode(body), "<x> size " + std::to_string(body.size())) << extension;
  }
  EXPECT_EQ(decode("0;a=b\r\n\r\n"), "<> size 9");
}

TEST(ChunkedDecoder, MalformedExtensionsAreRefused) {
  for (const Bytes extension :
       {";", ";;a", ";=b", ";a=", ";a==b", ";a=\"b", ";a=\"b\"c", ";a b", ";a=b c", ";a ", " ;a=b ",
        " a", ";a=\"\\\x01\"", ";a=\"\x7f\"", ";a,b", ";\xff", ";a=b=c"}) {
    const std::string result = decode("1" + std::string(extension) + "\r\nx\r\n0\r\n\r\n");
    EXPECT_EQ(result, "400 malformed chunk extension") << extension;
  }
}

TEST(ChunkedDecoder, ExtensionsAreBoundedPerChunkAndInAll) {
  const auto chunk = [](std::size_t size) { return "1;" + std::string(size, 'a') + "\r\nx\r\n"; };
  EXPECT_EQ(decode(chunk(200)), "<x> more");
  EXPECT_EQ(decode(chunk(300)), "400 chunk extensions are too large");
  const auto result = [&](std::size_t count) {
    const std::string body = repeated(chunk(200), count);
    return decode_in_pieces(body, 0, body.size(), {});
  };
  EXPECT_EQ(result(80).substr(80, 7), "x> more");
  EXPECT_EQ(result(90), "400 chunk extensions are too large");
}

TEST(ChunkedDecoder, TheBoundOfExtensionsCanBeSet) {
  http::Limits limits;
  for (const std::size_t bytes_max : {0U, 3U, 1000U}) {
    limits.chunk_extension_bytes_max = bytes_max;
    // With the CR behind it.
    const auto chunk = [](std::size_t size) { return "1;" + std::string(size, 'a') + "\r\nx\r\n"; };
    const auto result = [&](Bytes body) { return decode_in_pieces(body, 0, body.size(), limits); };
    EXPECT_EQ(result("1\r\nx\r\n"), "<x> more");
    EXPECT_EQ(result(chunk(bytes_max)), "400 chunk extensions are too large");
    if (bytes_max == 0) continue;
    EXPECT_EQ(result(chunk(bytes_max - 1)), "<x> more");
    EXPECT_EQ(result(repeated(chunk(bytes_max - 1), 64)), "<" + std::string(64, 'x') + "> more");
    EXPECT_EQ(result(repeated(chunk(bytes_max - 1), 65)), "400 chunk extensions are too large");
  }
}

TEST(ChunkedDecoder, TrailersAreCheckedAndDropped) {
  EXPECT_EQ(decode("0\r\nA: b\r\nDigest: x \xff\r\nC:\r\n\r\nrest"), "<> size 28");
  for (const Bytes trailer :
       {": b", "A b", "A : b", " A: b", "A", "A: b\r\n c", "A: \x01", "A: \x7f", "A(: b"}) {
    EXPECT_EQ(decode("0\r\n" + std::string(trailer) + "\r\n\r\n"), "400 malformed trailer field")
        << trailer;
  }
}

TEST(ChunkedDecoder, TrailersThatWouldChangeTheMessageAreRefused) {
  for (const Bytes name : {"Content-Length", "transfer-encoding", "HOST"}) {
    EXPECT_EQ(decode("0\r\nA: b\r\n" + std::string(name) + ": 1\r\n\r\n"),
              "400 trailer field that only a head may have");
  }
  const std::string long_name = "Host" + std::string(100, 'x');
  EXPECT_EQ(decode("0\r\n" + long_name + ": 1\r\n\r\n"), "<> size 114");
}

TEST(ChunkedDecoder, TrailersAreBounded) {
  http::Limits limits;
  limits.header_bytes_max = 40;
  limits.header_fields_max = 3;
  EXPECT_EQ(decode("0\r\n" + repeated("A: b\r\n", 3) + "\r\n", limits), "<> size 23");
  EXPECT_EQ(decode("0\r\n" + repeated("A: b\r\n", 4) + "\r\n", limits),
            "431 too many header fields");
  EXPECT_EQ(decode("0\r\nA: " + std::string(50, 'b') + "\r\n\r\n", limits),
            "431 header fields are too large");
}

TEST(ChunkedDecoder, IsReusedAfterReset) {
  const http::Limits limits;
  ChunkedDecoder decoder(limits);
  ASSERT_TRUE(decoder.decode("0\r\n\r\n")->finished);
  EXPECT_TRUE(decoder.decode("1\r\n")->finished);
  decoder.reset();
  const auto step = decoder.decode("1\r\na");
  ASSERT_TRUE(step);
  EXPECT_EQ(step->data, "a");
  EXPECT_FALSE(step->finished);
}

}  // namespace
}  // namespace coachwhip::http1
