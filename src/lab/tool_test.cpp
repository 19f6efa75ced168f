#include "lab/tool.hpp"

#include <gtest/gtest.h>

namespace coachwhip::lab {
namespace {

TEST(Tool, WhatAbPrints) {
  const ToolValues values = read_ab(
      "Concurrency Level:      500\nTime taken for tests:   0.035 seconds\n"
      "Complete requests:      500\nFailed requests:        3\n"
      "  50%     12\n  99%     30\n 100%     31 (longest request)\n");
  EXPECT_EQ(values, (ToolValues{{"seconds", 0.035}, {"failed", 3}, {"p99_ms", 30}}));
  EXPECT_TRUE(read_ab("apr_socket_recv: Connection refused (111)\n").empty());
}

TEST(Tool, WhatWrkPrintsInItsUnits) {
  const auto output = [](const std::string& time) {
    return "  Latency Distribution\n     50%  500.00us\n     99%    " + time +
           "\n  48888 requests in 1.00s\nRequests/sec:  48888.10\n";
  };
  EXPECT_EQ(read_wrk(output("1.23ms")), (ToolValues{{"rps", 48888.1}, {"p99_ms", 1.23}}));
  EXPECT_DOUBLE_EQ(read_wrk(output("250.00us"))["p99_ms"], 0.25);
  EXPECT_DOUBLE_EQ(read_wrk(output("1.50s"))["p99_ms"], 1500);
}

TEST(Tool, IsFoundInPathOrNot) {
  EXPECT_TRUE(find_tool("sh"));
  EXPECT_FALSE(find_tool("no-such-tool"));
}

}  // namespace
}  // namespace coachwhip::lab
