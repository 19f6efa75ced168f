#include "router/router.hpp"

#include <gtest/gtest.h>

namespace coachwhip::router {
namespace {

using http::Method;
using http::Response;

// Answers with its name and the split of the path that it saw.
class Named final : public http::Handler {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}

  Task<Response> handle(http::Request& request) override {
    Response response;
    response.body = name_ + " [" + std::string(request.path.substr(0, request.mount_size)) + "] [" +
                    std::string(request.path_after_mount()) + "]";
    co_return response;
  }

 private:
  std::string name_;
};

class RouterTest : public testing::Test {
 protected:
  void mount(const std::vector<std::string>& paths) {
    std::vector<Mount> mounts;
    mounts.reserve(paths.size());
    for (const std::string& path : paths) mounts.push_back({path, std::make_unique<Named>(path)});
    router_ = std::make_unique<Router>(std::move(mounts));
  }

  Response ask(const std::string& path, Method method = Method::GET) {
    http::Headers headers;
    http::EmptyBody body;
    const http::Endpoints endpoints;
    http::Request request{.method = method,
                          .method_text = http::text(method),
                          .target = path,
                          .raw_path = path,
                          .query = {},
                          .path = path,
                          .host = {},
                          .headers = headers,
                          .body = body,
                          .endpoints = endpoints,
                          .began = {}};
    Task<Response> task = router_->handle(request);
    task.start();
    return task.take();
  }
  std::string reached(const std::string& path) {
    const Response response = ask(path);
    if (response.status != 200) return std::to_string(response.status);
    return std::get<std::string>(response.body);
  }

  std::unique_ptr<Router> router_;
};

TEST_F(RouterTest, TheLongestMountTakesThePath) {
  mount({"/", "/static", "/static/admin", "/api"});
  EXPECT_EQ(reached("/"), "/ [] [/]");
  EXPECT_EQ(reached("/about"), "/ [] [/about]");
  EXPECT_EQ(reached("/static/a.css"), "/static [/static] [/a.css]");
  EXPECT_EQ(reached("/static/admin/a.css"), "/static/admin [/static/admin] [/a.css]");
  EXPECT_EQ(reached("/static/"), "/static [/static] [/]");
  EXPECT_EQ(reached("/api"), "/api [/api] []");
}

TEST_F(RouterTest, AMountEndsWhereASegmentEnds) {
  mount({"/", "/static"});
  EXPECT_EQ(reached("/staticx"), "/ [] [/staticx]");
  EXPECT_EQ(reached("/stati"), "/ [] [/stati]");
  EXPECT_EQ(reached("/Static"), "/ [] [/Static]");
}

TEST_F(RouterTest, WithoutAMountNothingIsFound) {
  mount({"/static"});
  EXPECT_EQ(reached("/"), "404");
  EXPECT_EQ(reached("/staticx"), "404");
  EXPECT_EQ(reached("*"), "404");
}

TEST_F(RouterTest, RequestsThatConcernNoResourceEndHere) {
  mount({"/"});
  const std::string all = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  const Response options = ask("*", Method::OPTIONS);
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.find(http::HeaderId::allow), all);
  EXPECT_EQ(ask("/", Method::CONNECT).status, 501);
  EXPECT_EQ(ask("/", Method::OPTIONS).status, 200);
}

}  // namespace
}  // namespace coachwhip::router
