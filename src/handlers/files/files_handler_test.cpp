#include "handlers/files/files_handler.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <sys/resource.h>

#include "handlers/files/test_files.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::HeaderId;
using http::Method;
using http::Response;

TEST_F(Files, AFileIsSentWithAllItsFields) {
  folder_.write("style.css", "p {}");
  folder_.settle();
  for (int i = 0; i < 2; ++i) {  // from the disk, then from memory
    const Response response = get("/style.css");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(content(response), "p {}");
    EXPECT_EQ(field(response, HeaderId::content_type), "text/css; charset=utf-8");
    EXPECT_EQ(field(response, HeaderId::accept_ranges), "bytes");
    EXPECT_TRUE(field(response, HeaderId::etag).starts_with('"'));
    EXPECT_TRUE(field(response, HeaderId::last_modified).ends_with(" GMT"));
    EXPECT_EQ(response.headers.find("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.headers.find(HeaderId::content_length), std::nullopt);
  }
}

TEST_F(Files, AnEmptyAndALargeFileAreSentWhole) {
  folder_.write("empty", "");
  folder_.write("large", std::string(100'000, 'x'));
  EXPECT_EQ(status("/empty"), 200);
  EXPECT_EQ(http::length(get("/empty").body), 0U);
  EXPECT_EQ(content(get("/large")), std::string(100'000, 'x'));
}

TEST_F(Files, HeadSaysTheLengthAndSendsNothing) {
  folder_.write("a.txt", "twelve bytes");
  const Response response = ask({"/a.txt", Method::HEAD, {{HeaderId::range, "bytes=0-1"}}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_length, 12U);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(response.body));
  EXPECT_EQ(field(response, HeaderId::etag), field(get("/a.txt"), HeaderId::etag));
}

TEST_F(Files, OtherMethodsAreRefusedAndToldWhatIsAllowed) {
  folder_.write("a", "a");
  for (const Method method : {Method::POST, Method::PUT, Method::DELETE, Method::TRACE}) {
    const Response response = ask({"/a", method});
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(field(response, HeaderId::allow), "GET, HEAD, OPTIONS");
  }
  const Response options = ask({"/a", Method::OPTIONS});
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(field(options, HeaderId::allow), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask({"/a", Method::other}).status, 501);
}

TEST_F(Files, AFolderAnswersWithItsIndex) {
  folder_.write("index.html", "root");
  folder_.write("sub/index.html", "below");
  folder_.write("bare/file", "");
  std::filesystem::create_directories(folder_.path("odd/index.html"));
  EXPECT_EQ(content(get("/")), "root");
  EXPECT_EQ(content(get("/sub/")), "below");
  EXPECT_EQ(field(get("/sub/"), HeaderId::content_type), "text/html; charset=utf-8");
  EXPECT_EQ(status("/bare/"), 404);
  EXPECT_EQ(status("/odd/"), 404);
  EXPECT_EQ(status("/index.html/"), 404);
}

TEST_F(Files, AFolderWithoutItsSlashIsRedirected) {
  folder_.write("a folder/index.html", "");
  const Response plain = get("/a folder");
  EXPECT_EQ(plain.status, 308);
  EXPECT_EQ(field(plain, HeaderId::location), "/a%20folder/");
  const Response with_query = ask({.path = "/a folder", .query = "x=1&y=%20"});
  EXPECT_EQ(field(with_query, HeaderId::location), "/a%20folder/?x=1&y=%20");
}

TEST_F(Files, ARedirectNeverNamesAnotherHost) {
  std::filesystem::create_directories(folder_.path("\\host"));
  EXPECT_EQ(field(get("/\\host"), HeaderId::location), "/%5Chost/");
  EXPECT_EQ(status("//host"), 404);
}

TEST_F(Files, BelowAMountOnlyTheRestNamesTheFile) {
  folder_.write("sub/a", "content");
  EXPECT_EQ(content(ask({.path = "/x/sub/a", .mount = "/x"})), "content");
  const Response mount = ask({.path = "/x", .mount = "/x"});
  EXPECT_EQ(mount.status, 308);
  EXPECT_EQ(field(mount, HeaderId::location), "/x/");
  EXPECT_EQ(field(ask({.path = "/x/sub", .mount = "/x"}), HeaderId::location), "/x/sub/");
  const Response proxied = ask({.path = "/x/sub", .mount = "/x", .prefix = "/a b"});
  EXPECT_EQ(field(proxied, HeaderId::location), "/a%20b/x/sub/");
}

TEST_F(Files, HiddenNamesAreNotFound) {
  for (const std::string name : {".env", ".git/config", "sub/.hidden/a", ".well-known/.b",
                                 ".well-knownx/a", "sub/.well-known/a"}) {
    folder_.write(name, "hidden");
    EXPECT_EQ(status("/" + name), 404) << name;
  }
  folder_.write(".well-known/security.txt", "contact");
  EXPECT_EQ(content(get("/.well-known/security.txt")), "contact");
}

TEST_F(Files, WhatIsNoNameOfAFileIsNotFound) {
  folder_.write("sub/a", "a");
  ASSERT_EQ(::mkfifo(folder_.path("fifo").c_str(), 0644), 0);
  folder_.link("out", "/etc/passwd");
  for (const std::string& path :
       {std::string("/none"), std::string("/sub//a"), std::string("//sub/a"),
        std::string("/sub/a/"), std::string("/sub/a\0b", 8), std::string("/fifo"),
        std::string("/out"), std::string("*"), std::string("/../etc/passwd"),
        "/" + std::string(5000, 'n')}) {
    EXPECT_EQ(status(path), 404) << path;
  }
}

TEST_F(Files, AFileThatMayNotBeReadIsForbidden) {
  folder_.write("closed", "c");
  ASSERT_EQ(::chmod(folder_.path("closed").c_str(), 0), 0);
  const int user = ::setfsuid(65534);  // root may read everything
  EXPECT_EQ(status("/closed"), 403);
  ::setfsuid(static_cast<uid_t>(user));
}

TEST_F(Files, WithoutAFreeDescriptorTheServerIsBusy) {
  folder_.write("a", "a");
  // The undefined-behaviour sanitizer needs a descriptor to check a call for the first time.
  EXPECT_EQ(status("/b"), 404);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const int next = ::open("/", O_PATH | O_CLOEXEC);
  ::close(next);
  const rlimit used_up{static_cast<rlim_t>(next), limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &used_up), 0);
  EXPECT_EQ(status("/a"), 503);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(status("/a"), 200);
}

TEST_F(Files, AnAnswerOutlivesTheHandler) {
  folder_.write("a", "kept alive");
  const Response response = get("/a");
  handler_.reset();
  EXPECT_EQ(content(response), "kept alive");
}

TEST_F(Files, TheFirstIndexThatIsThereAnswers) {
  handler_ = *FilesHandler::make(folder_.path(), {.indexes = {"home.html", "index.html"}});
  folder_.write("index.html", "second");
  EXPECT_EQ(content(get("/")), "second");
  folder_.write("home.html", "first");
  EXPECT_EQ(content(get("/")), "first");
  std::filesystem::remove(folder_.path("home.html"));
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(content(get("/")), "second");
}

TEST_F(Files, RulesForKeepingAreSaidAndKeptTo) {
  compress::Compressor compressor(1'000'000);
  handler_ = *FilesHandler::make(
      folder_.path(),
      {.cache_control = {"", {{"*.txt", "no-cache, no-transform"}, {"/a/**", "max-age=60"}}},
       .compressor = &compressor});
  for (const char* name : {"a/b.txt", "a/b.css", "b.css"}) {
    folder_.write(name, std::string(10'000, 'x'));
  }
  EXPECT_EQ(field(get("/a/b.txt"), HeaderId::cache_control), "no-cache, no-transform");
  EXPECT_EQ(field(get("/a/b.txt"), HeaderId::vary), "(none)") << "it is never compressed";
  EXPECT_EQ(field(get("/a/b.css"), HeaderId::cache_control), "max-age=60");
  EXPECT_EQ(field(get("/a/b.css"), HeaderId::vary), "Accept-Encoding");
  EXPECT_EQ(field(get("/b.css"), HeaderId::cache_control), "(none)");
}

class Fallback : public Files {
 protected:
  void SetUp() override {
    handler_ = *FilesHandler::make(folder_.path(), {.fallback = "app/index.html"});
    folder_.write("app/index.html", "the application");
    folder_.write("real.html", "a file");
  }
  Response visit(const std::string& path, const std::string& accepted,
                 Method method = Method::GET) {
    return ask({.path = path, .method = method, .other_fields = {{"Accept", accepted}}});
  }
  static constexpr const char* browser = "text/html,application/xhtml+xml,*/*;q=0.8";
};

TEST_F(Fallback, AnswersWhoeverWantsAPage) {
  for (const char* path : {"/users/7", "/users/john.doe", "/", "/none/", "/a/b/c", "/none.html",
                           "/real.html/x", "/v1.2"}) {
    const Response response = visit(path, browser);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(content(response), "the application") << path;
    EXPECT_EQ(field(response, HeaderId::content_type), "text/html; charset=utf-8");
    EXPECT_EQ(field(response, HeaderId::vary), "Accept");
  }
  EXPECT_EQ(content(visit("/real.html", browser)), "a file");
  EXPECT_EQ(field(visit("/app", browser), HeaderId::location), "/app/");
  EXPECT_EQ(visit("/users", browser, Method::HEAD).content_length, 15U);
  EXPECT_EQ(visit("/users", browser, Method::POST).status, 405);
  const std::string etag = field(visit("/users", browser), HeaderId::etag);
  EXPECT_EQ(ask({.path = "/x",
                 .fields = {{HeaderId::if_none_match, etag}},
                 .other_fields = {{"Accept", browser}}})
                .status,
            304);
}

TEST_F(Fallback, IsNoAnswerForAnythingElse) {
  EXPECT_EQ(status("/users/7"), 404);  // without Accept
  EXPECT_EQ(field(get("/users/7"), HeaderId::vary), "Accept");
  for (const char* accepted : {"*/*", "application/json", "image/avif,image/webp,*/*;q=0.8",
                               "text/css,*/*;q=0.1", "text/html;q=0"}) {
    EXPECT_EQ(visit("/users/7", accepted).status, 404) << accepted;
  }
  for (const char* path : {"/app.js", "/a/logo.PNG", "/favicon.ico", "/data.json", "/.env",
                           "/.git/config", "/page.bak", "//users", "/users//7"}) {
    EXPECT_EQ(visit(path, browser).status, 404) << path;
  }
  std::filesystem::remove(folder_.path("app/index.html"));
  EXPECT_EQ(visit("/users/7", browser).status, 404);
}

TEST_F(Fallback, VariesWithTheEncodingsToo) {
  folder_.write("app/index.html.gz", "encoded");
  const Response response = ask({.path = "/users",
                                 .fields = {{HeaderId::accept_encoding, "gzip"}},
                                 .other_fields = {{"Accept", browser}}});
  EXPECT_EQ(content(response), "encoded");
  EXPECT_EQ(field(response, HeaderId::vary), "Accept-Encoding, Accept");
}

}  // namespace
}  // namespace coachwhip::handlers::files
