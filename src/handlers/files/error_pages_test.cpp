#include "handlers/files/error_pages.hpp"

#include <gtest/gtest.h>

#include "handlers/files/test_files.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::HeaderId;
using http::Response;

class ErrorPagesTest : public Files {
 protected:
  Response answer(const std::function<Response()>& make) {
    if (handler_) before_.push_back(std::move(handler_));
    handler_ = std::make_unique<ErrorPages>(
        std::vector<ErrorPage>{{400, 499, "/pages/any.txt", "any of 4xx"},
                               {404, 404, "/pages/404.html", "<p>gone"},
                               {503, 503, "/pages/503.json", "{}"}},
        std::make_unique<Told>(make));
    return get("/");
  }

 private:
  std::vector<std::unique_ptr<http::Handler>> before_;  // outlive their answers
};

TEST_F(ErrorPagesTest, TakeThePlaceOfTheServersOwnText) {
  Response response = answer([] { return http::make_error(404); });
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(content(response), "<p>gone");
  EXPECT_EQ(field(response, HeaderId::content_type), "text/html; charset=utf-8");
  EXPECT_EQ(response.headers.find("X-Content-Type-Options"), "nosniff");
  response = answer([] { return http::make_error(403); });
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(content(response), "any of 4xx");
  EXPECT_EQ(field(response, HeaderId::content_type), "text/plain; charset=utf-8");
}

TEST_F(ErrorPagesTest, KeepTheOtherFieldsOfTheAnswer) {
  const Response response = answer([] {
    Response made = http::make_error(503, "why");
    made.headers.add("Retry-After", "1");
    made.close_after = true;
    return made;
  });
  EXPECT_EQ(content(response), "{}");
  EXPECT_EQ(response.headers.find("Retry-After"), "1");
  EXPECT_TRUE(response.close_after);
}

TEST_F(ErrorPagesTest, LeaveAllElseAsItIs) {
  Response response = answer([] { return http::make_error(500, "why"); });
  EXPECT_EQ(content(response), "500 Internal Server Error\nwhy\n");
  response = answer([] { return http::make_redirect("/there"); });
  EXPECT_EQ(field(response, HeaderId::location), "/there");
  EXPECT_EQ(content(response), "308 Permanent Redirect\n/there\n");
  response = answer([] { return Response{.status = 404, .body = "the application's"}; });
  EXPECT_EQ(content(response), "the application's");
}

}  // namespace
}  // namespace coachwhip::handlers::files
