#include "handlers/files/files_handler.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <optional>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include "handlers/files/test_folder.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::HeaderId;
using http::Method;
using http::Response;

struct Call {
  std::string path;
  Method method = Method::GET;
  std::vector<std::pair<HeaderId, std::string>> fields = {};
  std::string query = {};
  std::string mount = {};
  std::string prefix = {};
};

class Files : public testing::Test {
 protected:
  void SetUp() override {
    auto made = FilesHandler::make(folder_.path());
    ASSERT_TRUE(made) << made.error().message;
    handler_ = std::move(*made);
  }

  Response ask(const Call& call) {
    http::Headers headers;
    for (const auto& [id, value] : call.fields) headers.add(id, value);
    http::EmptyBody body;
    const http::Endpoints endpoints;
    http::Request request{.method = call.method,
                          .method_text = http::text(call.method),
                          .target = call.path,
                          .raw_path = call.path,
                          .query = call.query,
                          .path = call.path,
                          .prefix = call.prefix,
                          .mount_size = call.mount.size(),
                          .host = {},
                          .headers = headers,
                          .body = body,
                          .endpoints = endpoints,
                          .began = now_};
    Task<Response> task = handler_->handle(request);
    task.start();
    return task.take();
  }
  Response get(const std::string& path) { return ask({path}); }
  int status(const std::string& path) { return get(path).status; }

  TestFolder folder_;
  std::unique_ptr<FilesHandler> handler_;
  TimePoint now_{std::chrono::hours(1)};
};

std::string content(const Response& response) {
  if (const auto* lease = std::get_if<http::Lease>(&response.body)) {
    return std::string(lease->bytes());
  }
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  const auto* range = std::get_if<http::FileRange>(&response.body);
  if (range == nullptr) return {};
  std::string read(range->count, '\0');
  EXPECT_EQ(::pread(range->file, read.data(), read.size(), static_cast<off_t>(range->offset)),
            static_cast<ssize_t>(range->count));
  return read;
}

std::string field(const Response& response, HeaderId id) {
  return std::string(response.headers.find(id).value_or("(none)"));
}

TEST_F(Files, AFileIsSentWithAllItsFields) {
  folder_.write("style.css", "p {}");
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
  for (const Method method : {Method::POST, Method::PUT, Method::DELETE, Method::other}) {
    const Response response = ask({"/a", method});
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(field(response, HeaderId::allow), "GET, HEAD, OPTIONS");
  }
  const Response options = ask({"/a", Method::OPTIONS});
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(field(options, HeaderId::allow), "GET, HEAD, OPTIONS");
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

TEST_F(Files, ConditionsAreHonoured) {
  folder_.write("a", "content");
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
  EXPECT_EQ(field(unchanged, HeaderId::last_modified), date);
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
  EXPECT_EQ(content(ask({"/small", Method::GET, {{HeaderId::range, "bytes=0-1,4-5"}}})),
            "0123456789");
}

TEST_F(Files, ARangeBehindTheEndIsRefusedWithTheSize) {
  folder_.write("small", "0123456789");
  const Response response = ask({"/small", Method::GET, {{HeaderId::range, "bytes=10-"}}});
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(field(response, HeaderId::content_range), "bytes */10");
}

TEST_F(Files, ARangeOfAnotherVersionIsAnsweredWhole) {
  folder_.write("small", "0123456789");
  const std::string etag = field(get("/small"), HeaderId::etag);
  const std::pair<HeaderId, std::string> range{HeaderId::range, "bytes=0-1"};
  EXPECT_EQ(ask({"/small", Method::GET, {range, {HeaderId::if_range, etag}}}).status, 206);
  EXPECT_EQ(ask({"/small", Method::GET, {range, {HeaderId::if_range, "\"x\""}}}).status, 200);
}

TEST_F(Files, AnAnswerOutlivesTheHandler) {
  folder_.write("a", "kept alive");
  const Response response = get("/a");
  handler_.reset();
  EXPECT_EQ(content(response), "kept alive");
}

}  // namespace
}  // namespace coachwhip::handlers::files
