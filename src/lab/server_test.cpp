#include "lab/server.hpp"

#include <gtest/gtest.h>

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

// Here the program that is started is this test, which does not serve.
TEST(Server, OneThatEndsEarlySaysWhy) {
  auto server = Server::start(
      {.arguments = {"--gtest_list_tests", "--gtest_filter=Server.*"}, .folder = "/"});
  ASSERT_TRUE(server);
  const auto ready = server->wait_ready(10s);
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().kind, ErrorKind::closed);
  EXPECT_NE(ready.error().message.find("OneThatEndsEarlySaysWhy"), std::string::npos);
  EXPECT_EQ(server->port(), 0);
  EXPECT_TRUE(server->stop(1s));
}

TEST(Server, TheChildIsPreparedJustBefore) {
  const auto say = [] { (void)::write(STDERR_FILENO, "serving x on http://127.0.0.1:81 \n", 34); };
  auto server = Server::start(
      {.arguments = {"--gtest_filter=Server.SleepsLong"}, .folder = "/", .before_program = say});
  ASSERT_TRUE(server);
  (void)server->wait_ready(10s);
  EXPECT_EQ(server->port(), 81);
  server->stop(10s);
}

}  // namespace
}  // namespace coachwhip::lab
