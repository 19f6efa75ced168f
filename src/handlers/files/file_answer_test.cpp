#include "handlers/files/file_answer.hpp"

#include <filesystem>
#include <gtest/gtest.h>

#include "handlers/files/test_files.hpp"
#include "http/date.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::HeaderId;
using http::Method;
using http::Response;
using Field = std::pair<HeaderId, std::string>;

std::time_t this_second() { return WallClock::to_time_t(WallClock::now()); }

TEST_F(Files, ConditionsAreHonoured) {
  folder_.write("a", "content");
  folder_.settle();
  const Response plain = get("/a");
  const std::string etag = field(plain, HeaderId::etag);
  const std::string date = field(plain, HeaderId::last_modified);
  const std::string old = "Sun, 06 Nov 1994 08:49:37 GMT";
  const std::vector<std::pair<std::pair<HeaderId, std::string>, int>> expected = {
      {{HeaderId::if_none_match, etag}, 304},        {{HeaderId::if_none_match, "*"}, 304},
      {{HeaderId::if_none_match, "\"other\""}, 200}, {{HeaderId::if_modified_since, date}, 304},
      {{HeaderId::if_modified_since, old}, 200},     {{HeaderId::if_match, etag}, 200},
      {{HeaderId::if_match, "\"other\""}, 412},      {{HeaderId::if_unmodified_since, date}, 200},
      {{HeaderId::if_unmodified_since, old}, 412},
  };
  for (const auto& [condition, status] : expected) {
    for (const Method method : {Method::GET, Method::HEAD}) {
      EXPECT_EQ(ask({"/a", method, {condition}}).status, status) << condition.second;
    }
  }
  const Response unchanged = ask({"/a", Method::GET, {{HeaderId::if_none_match, etag}}});
  EXPECT_EQ(field(unchanged, HeaderId::etag), etag);
  EXPECT_EQ(field(unchanged, HeaderId::last_modified), "(none)") << "the ETag says more";
  EXPECT_EQ(field(unchanged, HeaderId::content_type), "(none)");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(unchanged.body));
}

TEST_F(Files, AChangedFileHasAnotherEtag) {
  folder_.write("a", "content");
  const std::string etag = field(get("/a"), HeaderId::etag);
  folder_.write("a", "other content");
  now_ += std::chrono::seconds(1);
  const Response response = ask({"/a", Method::GET, {{HeaderId::if_none_match, etag}}});
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(field(response, HeaderId::etag), etag);
  EXPECT_EQ(content(response), "other content");
}

TEST_F(Files, AChangeThatKeepsSizeAndDateHasAnotherEtag) {
  folder_.write("a", "before");
  folder_.date("a", 1'000'000'000);
  folder_.settle();
  const std::string etag = field(get("/a"), HeaderId::etag);
  EXPECT_TRUE(etag.starts_with('"')) << etag;
  folder_.write("a", "behind");
  folder_.date("a", 1'000'000'000);
  for (const bool is_settled : {false, true}) {
    if (is_settled) folder_.settle();
    now_ += std::chrono::seconds(1);
    const Response response = ask({"/a", Method::GET, {{HeaderId::if_none_match, etag}}});
    EXPECT_EQ(content(response), "behind");
    EXPECT_NE(field(response, HeaderId::etag), etag);
  }
}

TEST_F(Files, TheEtagOfAFileThatHasOnlyJustChangedIsWeakAndDoesNotStay) {
  for (const std::size_t size : {10UZ, 100'000UZ}) {
    folder_.write("a", std::string(size, 'x'));
    const std::string young = field(get("/a"), HeaderId::etag);
    EXPECT_TRUE(young.starts_with("W/\"")) << young;
    const std::pair<HeaderId, std::string> range{HeaderId::range, "bytes=0-1"};
    EXPECT_EQ(ask({"/a", Method::GET, {range, {HeaderId::if_range, young}}}).status, 200);
    EXPECT_EQ(ask({"/a", Method::GET, {{HeaderId::if_none_match, young}}}).status, 304);
    folder_.settle();
    now_ += std::chrono::seconds(1);
    const std::string old = field(get("/a"), HeaderId::etag);
    EXPECT_TRUE(old.starts_with('"')) << old;
    EXPECT_EQ(young.find(old.substr(1)), young.find('-') + 1) << young << " and " << old;
    EXPECT_EQ(ask({"/a", Method::GET, {{HeaderId::if_none_match, young}}}).status, 200);
    EXPECT_EQ(ask({"/a", Method::GET, {range, {HeaderId::if_range, old}}}).status, 206);
    now_ += std::chrono::seconds(1);
  }
}

TEST_F(Files, ADateIsSaidOnlyOfASecondThatIsOver) {
  const std::pair<HeaderId, std::string> range{HeaderId::range, "bytes=0-1"};
  const std::time_t now = this_second();
  for (const std::time_t later : {60, 100'000}) {
    folder_.write("a", "content");
    folder_.date("a", now + later);
    now_ += std::chrono::seconds(1);
    EXPECT_EQ(field(get("/a"), HeaderId::last_modified), "(none)") << later;
    const std::string date = http::format_date(WallClock::from_time_t(now + later));
    EXPECT_EQ(ask({"/a", Method::GET, {range, {HeaderId::if_range, date}}}).status, 200) << later;
    EXPECT_EQ(ask({"/a", Method::GET, {{HeaderId::if_modified_since, date}}}).status, 200);
  }
  folder_.date("a", now - 1);
  now_ += std::chrono::seconds(1);
  const std::string date = field(get("/a"), HeaderId::last_modified);
  EXPECT_EQ(date, http::format_date(WallClock::from_time_t(now - 1)));
  EXPECT_EQ(ask({"/a", Method::GET, {range, {HeaderId::if_range, date}}}).status, 206);
}

TEST_F(Files, ADateOfTheSecondThatIsGoingOnIsNotSaid) {
  for (;;) {
    const std::time_t now = this_second();
    folder_.write("a", "content");
    folder_.date("a", now);
    now_ += std::chrono::seconds(1);
    const std::string told = field(get("/a"), HeaderId::last_modified);
    if (this_second() != now) continue;
    EXPECT_EQ(told, "(none)");
    return;
  }
}

TEST_F(Files, ADateThatBecomesThePastIsSaid) {
  folder_.write("a", "content");
  folder_.date("a", ::time(nullptr));
  folder_.settle();
  get("/a");
  const std::time_t now = ::time(nullptr);
  while (::time(nullptr) == now) folder_.settle();
  now_ += std::chrono::seconds(1);
  EXPECT_NE(field(get("/a"), HeaderId::last_modified), "(none)");
}

TEST_F(Files, IfRangeWithoutARangeIsIgnored) {
  folder_.write("a", "content");
  EXPECT_EQ(content(ask({"/a", Method::GET, {{HeaderId::if_range, "\"x\""}}})), "content");
}

TEST_F(Files, OneRangeIsSentAlone) {
  folder_.write("small", "0123456789");
  folder_.write("large", "0123456789" + std::string(99'990, 'x'));
  for (const std::string name : {"small", "large"}) {
    const Response response = ask({"/" + name, Method::GET, {{HeaderId::range, "bytes=2-4"}}});
    EXPECT_EQ(response.status, 206);
    EXPECT_EQ(content(response), "234");
    const std::string size = name == "small" ? "10" : "100000";
    EXPECT_EQ(field(response, HeaderId::content_range), "bytes 2-4/" + size);
    EXPECT_NE(field(response, HeaderId::etag), "(none)");
  }
  EXPECT_EQ(content(ask({"/small", Method::GET, {{HeaderId::range, "bytes=-3"}}})), "789");
}

TEST_F(Files, ARangeBehindTheEndIsRefusedWithTheSize) {
  folder_.write("small", "0123456789");
  const Response response = ask({"/small", Method::GET, {{HeaderId::range, "bytes=10-"}}});
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(field(response, HeaderId::content_range), "bytes */10");
}

TEST_F(Files, ARangeOfAnotherVersionIsAnsweredWhole) {
  folder_.write("small", "0123456789");
  folder_.settle();
  const std::string etag = field(get("/small"), HeaderId::etag);
  const std::pair<HeaderId, std::string> range{HeaderId::range, "bytes=0-1"};
  EXPECT_EQ(ask({"/small", Method::GET, {range, {HeaderId::if_range, etag}}}).status, 206);
  EXPECT_EQ(ask({"/small", Method::GET, {range, {HeaderId::if_range, "\"x\""}}}).status, 200);
}

TEST_F(Files, ASecondRangeFieldMakesTheFirstMeaningless) {
  folder_.write("small", "0123456789");
  const std::pair<HeaderId, std::string> range{HeaderId::range, "bytes=0-1"};
  EXPECT_EQ(ask({"/small", Method::GET, {range, range}}).status, 200);
}

class SeveralRanges : public Files {
 protected:
  Response ask_for(const std::string& name, const std::string& ranges) {
    return ask({"/" + name, Method::GET, {{HeaderId::range, "bytes=" + ranges}}});
  }
  // The parts of an answer with their heads, as they have to be.
  static std::string expected(const Response& response, const std::string& whole,
                              const std::vector<std::pair<std::size_t, std::size_t>>& ranges) {
    const std::string type = field(response, HeaderId::content_type);
    const std::string boundary = type.substr(type.find('=') + 1);
    std::string text;
    for (const auto& [first, last] : ranges) {
      text += (text.empty() ? "--" : "\r\n--") + boundary;
      text += "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes ";
      text += std::to_string(first) + "-" + std::to_string(last) + "/";
      text += std::to_string(whole.size()) + "\r\n\r\n" + whole.substr(first, last - first + 1);
    }
    return text + "\r\n--" + boundary + "--\r\n";
  }
  static std::string make_content(std::size_t size) {
    std::string made;
    for (std::size_t i = 0; made.size() < size; ++i) made += std::to_string(i) + ",";
    made.resize(size);
    return made;
  }
};

TEST_F(SeveralRanges, AreSentAsParts) {
  for (const std::size_t size : {10'000UZ, 1'000'000UZ}) {  // from memory, from the disk
    const std::string whole = make_content(size);
    folder_.write("a.txt", whole);
    now_ += std::chrono::seconds(1);
    const Response response = ask_for("a.txt", "9000-9099,0-9,5000-5999,-1");
    EXPECT_EQ(response.status, 206);
    const std::string type = field(response, HeaderId::content_type);
    EXPECT_TRUE(type.starts_with("multipart/byteranges; boundary=")) << type;
    EXPECT_EQ(field(response, HeaderId::content_range), "(none)");
    EXPECT_EQ(field(response, HeaderId::etag), field(get("/a.txt"), HeaderId::etag));
    const std::string parts = expected(response, whole,
                                       {{9000, 9099}, {0, 9}, {5000, 5999}, {size - 1, size - 1}});
    EXPECT_EQ(http::length(response.body), parts.size());
    EXPECT_EQ(content(response), parts);
  }
}

TEST_F(SeveralRanges, MayBeLong) {
  const std::string whole = make_content(1'000'000);
  folder_.write("a.txt", whole);
  const Response response = ask_for("a.txt", "0-299999,500000-899999");
  const std::string parts = expected(response, whole, {{0, 299'999}, {500'000, 899'999}});
  EXPECT_EQ(http::length(response.body), parts.size());
  EXPECT_EQ(content(response), parts);
}

TEST_F(SeveralRanges, HaveAnotherBoundaryEachTime) {
  folder_.write("a.txt", make_content(10'000));
  EXPECT_NE(field(ask_for("a.txt", "0-9,5000-5009"), HeaderId::content_type),
            field(ask_for("a.txt", "0-9,5000-5009"), HeaderId::content_type));
}

TEST_F(SeveralRanges, OfWhichOneIsLeftAreSentAsOne) {
  folder_.write("a.txt", make_content(10'000));
  for (const char* ranges : {"0-9,5-14", "0-4,6-14", "10000-,0-14", "5-14,0-4"}) {
    const Response response = ask_for("a.txt", ranges);
    EXPECT_EQ(response.status, 206);
    EXPECT_EQ(field(response, HeaderId::content_range), "bytes 0-14/10000") << ranges;
    EXPECT_EQ(field(response, HeaderId::content_type), "text/plain; charset=utf-8");
  }
}

TEST_F(SeveralRanges, AreRefusedOnlyIfNoneIsThere) {
  folder_.write("a.txt", make_content(10'000));
  const Response response = ask_for("a.txt", "10000-,20000-30000,-0");
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(field(response, HeaderId::content_range), "bytes */10000");
}

TEST_F(SeveralRanges, NeverCostMoreThanTheWhole) {
  folder_.write("small.txt", make_content(200));
  EXPECT_EQ(ask_for("small.txt", "0-9,190-199").status, 200);  // with their heads they are longer
  folder_.write("a.txt", make_content(10'000));
  std::string sixteen = "0-9";
  for (int i = 1; i < 16; ++i) {
    sixteen += "," + std::to_string(i * 138) + "-" + std::to_string(i * 138 + 9);
  }
  const Response response = ask_for("a.txt", sixteen);
  EXPECT_EQ(response.status, 206);
  EXPECT_LT(http::length(response.body), 10'000U);
  EXPECT_EQ(ask_for("a.txt", sixteen + ",9000-").status, 200);
  EXPECT_EQ(ask_for("a.txt", "0-,0-,0-,0-").headers.find(HeaderId::content_range),
            "bytes 0-9999/10000");
}

TEST_F(SeveralRanges, AreIgnoredByHeadAndForAnotherVersion) {
  folder_.write("a.txt", make_content(10'000));
  folder_.settle();
  const std::pair<HeaderId, std::string> range{HeaderId::range, "bytes=0-9,5000-5009"};
  const Response head = ask({"/a.txt", Method::HEAD, {range}});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.content_length, 10'000U);
  const std::string etag = field(head, HeaderId::etag);
  EXPECT_EQ(ask({"/a.txt", Method::GET, {range, {HeaderId::if_range, etag}}}).status, 206);
  EXPECT_EQ(ask({"/a.txt", Method::GET, {range, {HeaderId::if_range, "\"x\""}}}).status, 200);
  EXPECT_EQ(ask({"/a.txt", Method::GET, {range, {HeaderId::if_none_match, etag}}}).status, 304);
  EXPECT_EQ(ask({"/a.txt", Method::GET, {range, {HeaderId::if_match, "\"x\""}}}).status, 412);
}

TEST_F(SeveralRanges, OfAFileThatIsTruncatedMeanwhileEndInAnError) {
  folder_.write("a.txt", make_content(1'000'000));
  const Response response = ask_for("a.txt", "0-9,900000-900009");
  std::filesystem::resize_file(folder_.path("a.txt"), 1000);
  EXPECT_TRUE(content(response).ends_with("(failed)"));
}

TEST_F(SeveralRanges, OutliveTheHandler) {
  const std::string whole = make_content(10'000);
  folder_.write("a.txt", whole);
  const Response response = ask_for("a.txt", "0-9,5000-5009");
  handler_.reset();
  EXPECT_EQ(content(response), expected(response, whole, {{0, 9}, {5000, 5009}}));
}

class Encodings : public Files {
 protected:
  void SetUp() override {
    Files::SetUp();
    for (const char* name : {"a.js", "a.js.gz", "a.js.br", "a.js.zst", "plain.js"}) {
      folder_.write(name, name);
    }
  }
  Response ask_for(const std::string& accepted, std::vector<Field> more = {},
                   Method method = Method::GET) {
    more.emplace_back(HeaderId::accept_encoding, accepted);
    return ask({"/a.js", method, more});
  }
};

TEST_F(Encodings, TheSiblingIsSentWithTheTypeOfTheFile) {
  const Response response = ask_for("gzip");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(content(response), "a.js.gz");
  EXPECT_EQ(field(response, HeaderId::content_encoding), "gzip");
  EXPECT_EQ(field(response, HeaderId::vary), "Accept-Encoding");
  EXPECT_EQ(field(response, HeaderId::content_type), "text/javascript; charset=utf-8");
  EXPECT_EQ(response.headers.find("X-Content-Type-Options"), "nosniff");
  const Response head = ask_for("gzip", {}, Method::HEAD);
  EXPECT_EQ(head.content_length, 7U);
  EXPECT_EQ(field(head, HeaderId::content_encoding), "gzip");
}

TEST_F(Encodings, TheClientChoosesAndTheServerPrefers) {
  for (const auto& [accepted, expected] : std::vector<std::pair<std::string, std::string>>{
           {"gzip, deflate, br, zstd", "a.js.zst"},
           {"gzip, br", "a.js.br"},
           {"gzip;q=1, br;q=0.9, zstd;q=0.8", "a.js.gz"},
           {"*", "a.js.zst"},
           {"*;q=0.1, br;q=0.2", "a.js.br"},
           {"*, zstd;q=0", "a.js.br"},
           {"identity;q=0, gzip;q=0.001", "a.js.gz"},
           {"identity, gzip", "a.js.gz"},
           {"identity;q=0.6, gzip;q=0.5", "a.js"},
           {"identity", "a.js"},
           {"", "a.js"},
           {"gzip;q=0", "a.js"},
           {"deflate", "a.js"},
           {"identity;q=0", "a.js"},
           {"*;q=0", "a.js"},
           {"zstd;q=2", "a.js"}}) {
    EXPECT_EQ(content(ask_for(accepted)), expected) << accepted;
  }
  EXPECT_EQ(content(get("/a.js")), "a.js");
}

TEST_F(Encodings, EveryAnswerOfAFileWithSiblingsVaries) {
  const Response plain = get("/a.js");
  EXPECT_EQ(field(plain, HeaderId::vary), "Accept-Encoding");
  EXPECT_EQ(field(plain, HeaderId::content_encoding), "(none)");
  const std::string etag = field(plain, HeaderId::etag);
  const std::vector<std::pair<Field, int>> expected = {{{HeaderId::if_none_match, etag}, 304},
                                                       {{HeaderId::if_match, "\"x\""}, 412},
                                                       {{HeaderId::range, "bytes=0-1"}, 206},
                                                       {{HeaderId::range, "bytes=100-"}, 416}};
  for (const auto& [asked, status] : expected) {
    const Response response = ask({"/a.js", Method::GET, {asked}});
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(field(response, HeaderId::vary), "Accept-Encoding") << status;
  }
  EXPECT_EQ(field(get("/plain.js"), HeaderId::vary), "(none)");
}

TEST_F(Encodings, EachHasItsOwnEtagAndConditions) {
  const std::string plain = field(get("/a.js"), HeaderId::etag);
  const std::string gzip = field(ask_for("gzip"), HeaderId::etag);
  const std::string br = field(ask_for("br"), HeaderId::etag);
  EXPECT_TRUE(gzip.ends_with("-gzip\"")) << gzip;
  EXPECT_NE(plain, gzip);
  EXPECT_NE(gzip, br);
  EXPECT_EQ(ask_for("gzip", {{HeaderId::if_none_match, gzip}}).status, 304);
  EXPECT_EQ(ask_for("gzip", {{HeaderId::if_none_match, plain}}).status, 200);
  EXPECT_EQ(ask_for("br", {{HeaderId::if_none_match, gzip}}).status, 200);
}

TEST_F(Encodings, RangesAreOfTheEncodedBytes) {
  const Response response = ask_for("gzip", {{HeaderId::range, "bytes=5-6"}});
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(content(response), "gz");
  EXPECT_EQ(field(response, HeaderId::content_range), "bytes 5-6/7");
  EXPECT_EQ(field(response, HeaderId::content_encoding), "gzip");
}

TEST_F(Encodings, SeveralRangesOfEncodedBytesAreIgnored) {
  folder_.write("b.js", "b");
  folder_.write("b.js.gz", std::string(10'000, 'x'));
  const Response response = ask(
      {"/b.js",
       Method::GET,
       {{HeaderId::accept_encoding, "gzip"}, {HeaderId::range, "bytes=0-9,5000-5009"}}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(content(response), std::string(10'000, 'x'));
}

TEST_F(Encodings, ASiblingByItsOwnNameIsAFileAsAnyOther) {
  const Response response = ask({"/a.js.gz", Method::GET, {{HeaderId::accept_encoding, "gzip"}}});
  EXPECT_EQ(content(response), "a.js.gz");
  EXPECT_EQ(field(response, HeaderId::content_type), "application/gzip");
  EXPECT_EQ(field(response, HeaderId::content_encoding), "(none)");
  EXPECT_EQ(field(response, HeaderId::vary), "(none)");
  EXPECT_EQ(field(get("/a.js.zst"), HeaderId::content_type), "application/zstd");
}

TEST_F(Encodings, TheIndexOfAFolderMayHaveSiblings) {
  folder_.write("index.html", "index");
  folder_.write("index.html.br", "encoded");
  const Response response = ask({"/", Method::GET, {{HeaderId::accept_encoding, "br"}}});
  EXPECT_EQ(content(response), "encoded");
  EXPECT_EQ(field(response, HeaderId::content_type), "text/html; charset=utf-8");
}

TEST_F(Files, OnlyFingerprintedNamesAreCachedForEver) {
  for (const char* name : {"app.3f2a9c1b.js", "app.3f2a9c1b.js.gz", "app.js"}) {
    folder_.write(name, name);
  }
  const std::string forever = "public, max-age=31536000, immutable";
  const Response plain = get("/app.3f2a9c1b.js");
  EXPECT_EQ(field(plain, HeaderId::cache_control), forever);
  const std::pair<HeaderId, std::string> gzip{HeaderId::accept_encoding, "gzip"};
  const Response encoded = ask({"/app.3f2a9c1b.js", Method::GET, {gzip}});
  EXPECT_EQ(field(encoded, HeaderId::content_encoding), "gzip");
  EXPECT_EQ(field(encoded, HeaderId::cache_control), forever);
  const std::string etag = field(plain, HeaderId::etag);
  const Response same = ask({"/app.3f2a9c1b.js", Method::GET, {{HeaderId::if_none_match, etag}}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(field(same, HeaderId::cache_control), forever);
  EXPECT_EQ(field(get("/app.js"), HeaderId::cache_control), "(none)");
  EXPECT_EQ(field(get("/app.3f2a9c1b.css"), HeaderId::cache_control), "(none)");  // 404
}

}  // namespace
}  // namespace coachwhip::handlers::files
