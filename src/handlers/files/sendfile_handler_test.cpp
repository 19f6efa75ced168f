#include "handlers/files/sendfile_handler.hpp"

#include <gtest/gtest.h>

#include "handlers/files/test_files.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::HeaderId;
using http::Method;
using http::Response;

class Sendfile : public Files {
 protected:
  void SetUp() override {
    folder_.write("private/a b.txt", "0123456789");
    folder_.write("private/sub/app.3f2a9c1b.js", "script");
    folder_.write("private/.env", "secret");
    folder_.write("private/page.bak", "secret");
    folder_.write("secret.txt", "secret");
    folder_.write("other/x.bin", "x");
    folder_.link("private/out", "../secret.txt");
    folder_.settle();
    auto made = SendfileHandler::make(
        {{"/protected", folder_.path("private")}, {"/protected/other", folder_.path("other")}}, 16,
        std::make_unique<Told>([this] { return told_(); }));
    ASSERT_TRUE(made) << made.error().message;
    handler_ = std::move(*made);
  }

  // The application's answer names a file, and has these fields too.
  Response name(const std::string& header, const std::string& value, const Call& call = {"/x"},
                const std::vector<std::pair<std::string, std::string>>& more = {},
                http::Status status = 200) {
    told_ = [=] {
      Response response{.status = status, .body = "the application's body"};
      response.headers.add(header, value);
      for (const auto& [field_name, text] : more) response.headers.add(field_name, text);
      return response;
    };
    return ask(call);
  }
  Response redirect(const std::string& uri, const Call& call = {"/x"}) {
    return name("X-Accel-Redirect", uri, call);
  }
  Response send(const std::string& path) { return name("X-Sendfile", path); }

  std::function<Response()> told_;
};

TEST_F(Sendfile, AFileIsNamedByAUriOrByItsPath) {
  for (const Response& response :
       {redirect("/protected/a%20b.txt"), redirect("/protected/a b.txt"),
        redirect("/protected/sub/../a%20b.txt?x=1"), send(folder_.path("private/a b.txt"))}) {
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(content(response), "0123456789");
    EXPECT_EQ(field(response, HeaderId::content_type), "text/plain; charset=utf-8");
    EXPECT_TRUE(field(response, HeaderId::etag).starts_with('"'));
    EXPECT_EQ(field(response, HeaderId::accept_ranges), "bytes");
    EXPECT_FALSE(response.headers.find("X-Accel-Redirect"));
    EXPECT_FALSE(response.headers.find("X-Sendfile"));
  }
  EXPECT_EQ(content(redirect("/protected/other/x.bin")), "x");
  EXPECT_EQ(content(send(folder_.path("other/x.bin"))), "x");
}

// The application may have written it for this request alone.
TEST_F(Sendfile, WhatHasJustBeenWrittenIsSent) {
  for (const char* content_now : {"the first", "the second", "another"}) {
    folder_.write("private/report.txt", content_now);
    EXPECT_EQ(content(redirect("/protected/report.txt")), content_now);
  }
}

TEST_F(Sendfile, TheFolderMayBeReachedByALink) {
  folder_.link("current", "private");
  handler_ = *SendfileHandler::make({{"/p", folder_.path("current")}}, 16,
                                    std::make_unique<Told>([this] { return told_(); }));
  EXPECT_EQ(content(send(folder_.path("current/a b.txt"))), "0123456789");
  const std::string real = std::filesystem::canonical(folder_.path("private"));
  EXPECT_EQ(content(send(real + "/a b.txt")), "0123456789");
}

TEST_F(Sendfile, WhatIsNotThereOrHiddenIsNotFound) {
  for (const std::string uri :
       {"/protected/none", "/protected/", "/protected/sub", "/protected/sub/", "/protected/.env",
        "/protected/page.bak", "/protected/out", "/protected/a%20b.txt/", "/protected/%2eenv"}) {
    const Response response = redirect(uri);
    EXPECT_EQ(response.status, 404) << uri;
    EXPECT_EQ(content(response).find("secret"), std::string::npos);
    EXPECT_FALSE(response.headers.find("X-Accel-Redirect"));
  }
  for (const std::string path : {"private/none", "private/.env", "private/../secret.txt",
                                 "private/out", "private//a b.txt", "private/a%20b.txt"}) {
    EXPECT_EQ(send(folder_.path(path)).status, 404) << path;
  }
}

TEST_F(Sendfile, WhatIsInNoNamedFolderIsAnError) {
  for (const std::string uri :
       {"/", "/other/x.bin", "/protectedother", "protected/a", "", "//protected/a",
        "/protected/../secret.txt", "/protected", "/protected/%zz", "http://other.example/x"}) {
    EXPECT_EQ(redirect(uri).status, 500) << uri;
  }
  for (const std::string& path :
       {std::string("/etc/passwd"), folder_.path("secret.txt"), folder_.path("private"),
        folder_.path("private2/x"), std::string("private/a b.txt"), std::string()}) {
    EXPECT_EQ(send(path).status, 500) << path;
  }
}

TEST_F(Sendfile, RangesAndConditionsAreThoseOfTheFile) {
  const std::string uri = "/protected/a%20b.txt";
  const Response part = redirect(uri, {"/x", Method::GET, {{HeaderId::range, "bytes=2-4"}}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(content(part), "234");
  EXPECT_EQ(field(part, HeaderId::content_range), "bytes 2-4/10");
  EXPECT_EQ(redirect(uri, {"/x", Method::GET, {{HeaderId::range, "bytes=10-"}}}).status, 416);
  const std::string etag = field(part, HeaderId::etag);
  const Response same = redirect(uri, {"/x", Method::GET, {{HeaderId::if_none_match, etag}}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(redirect(uri, {"/x", Method::GET, {{HeaderId::if_match, "\"x\""}}}).status, 412);
  const Response head = redirect(uri, {"/x", Method::HEAD});
  EXPECT_EQ(head.content_length, 10U);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(head.body));
  // Conditions are not for other methods, but the file is.
  const Response post = redirect(uri, {"/x", Method::POST, {{HeaderId::range, "bytes=2-4"}}});
  EXPECT_EQ(post.status, 200);
  EXPECT_EQ(content(post), "0123456789");
}

TEST_F(Sendfile, TheApplicationsFieldsStayButForThoseOfItsContent) {
  const Response response = name("X-Accel-Redirect", "/protected/a%20b.txt", {"/x"},
                                 {{"Content-Type", "application/pdf"},
                                  {"Content-Disposition", "attachment; filename=\"b.pdf\""},
                                  {"Cache-Control", "private"},
                                  {"Set-Cookie", "a=1"},
                                  {"Set-Cookie", "b=2"},
                                  {"ETag", "\"application\""},
                                  {"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"},
                                  {"Content-Length", "22"},
                                  {"Content-Encoding", "gzip"},
                                  {"X-Content-Type-Options", "nosniff"},
                                  {"X-Accel-Buffering", "no"},
                                  {"X-Accel-Expires", "60"},
                                  {"X-Frame-Options", "DENY"}});
  EXPECT_EQ(content(response), "0123456789");
  EXPECT_EQ(field(response, HeaderId::content_type), "application/pdf");
  EXPECT_EQ(response.headers.find("Content-Disposition"), "attachment; filename=\"b.pdf\"");
  EXPECT_EQ(field(response, HeaderId::cache_control), "private");
  EXPECT_EQ(response.headers.find("X-Frame-Options"), "DENY");
  EXPECT_NE(response.headers.block().find("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n"), Bytes::npos);
  EXPECT_NE(field(response, HeaderId::etag), "\"application\"");
  EXPECT_EQ(response.headers.count(HeaderId::etag), 1U);
  EXPECT_NE(field(response, HeaderId::last_modified), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(field(response, HeaderId::content_encoding), "(none)");
  EXPECT_EQ(field(response, HeaderId::content_length), "(none)");
  EXPECT_EQ(response.headers.block().find("X-Accel"), Bytes::npos);
  const Bytes block = response.headers.block();
  EXPECT_EQ(block.find("nosniff"), block.rfind("nosniff"));
}

TEST_F(Sendfile, NothingIsSaidAboutKeepingAFileButByTheApplication) {
  const Response response = redirect("/protected/sub/app.3f2a9c1b.js");
  EXPECT_EQ(content(response), "script");
  EXPECT_EQ(field(response, HeaderId::cache_control), "(none)");
}

TEST_F(Sendfile, SeveralPartsHaveTheApplicationsType) {
  folder_.write("private/large", std::string(10'000, 'x'));
  const Response response = name("X-Accel-Redirect", "/protected/large",
                                 {"/x", Method::GET, {{HeaderId::range, "bytes=0-9,5000-5009"}}},
                                 {{"Content-Type", "video/mp4"}});
  EXPECT_EQ(response.status, 206);
  EXPECT_TRUE(field(response, HeaderId::content_type).starts_with("multipart/byteranges"));
  EXPECT_NE(content(response).find("\r\nContent-Type: video/mp4\r\n"), std::string::npos);
}

TEST_F(Sendfile, AStatusOfTheApplicationStays) {
  const Call call{"/x", Method::GET, {{HeaderId::range, "bytes=2-4"}}};
  const Response missing = name("X-Sendfile", folder_.path("private/a b.txt"), call, {}, 404);
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(content(missing), "0123456789");
  // What frameworks answer that look at Range or If-None-Match themselves.
  const Response part = name("X-Sendfile", folder_.path("private/a b.txt"), call,
                             {{"Content-Range", "bytes 0-0/1"}}, 206);
  EXPECT_EQ(content(part), "234");
  EXPECT_EQ(part.headers.count(HeaderId::content_range), 1U);
  const Response same = name("X-Sendfile", folder_.path("private/a b.txt"), {"/x"},
                             {{"ETag", "\"application\""}}, 304);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(field(same, HeaderId::etag), "\"application\"");
  EXPECT_FALSE(same.headers.find("X-Sendfile"));
}

TEST_F(Sendfile, OtherAnswersPass) {
  const Response response = name("X-Accel-Buffering", "no");
  EXPECT_EQ(content(response), "the application's body");
  EXPECT_EQ(response.headers.find("X-Accel-Buffering"), "no");
}

TEST_F(Sendfile, AFolderThatIsNotThereIsNamedAtStart) {
  const auto made = SendfileHandler::make({{"/p", folder_.path("none")}}, 16, nullptr);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find(folder_.path("none")), std::string::npos);
}

}  // namespace
}  // namespace coachwhip::handlers::files
