#include "supervisor/restart_policy.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace coachwhip::supervisor {
namespace {

using namespace std::chrono_literals;

std::vector<Duration> delays(RestartPolicy& policy, int count, std::optional<Duration> ready_for) {
  std::vector<Duration> out(static_cast<std::size_t>(count));
  for (Duration& delay : out) delay = policy.next_delay(ready_for);
  return out;
}

TEST(RestartPolicyTest, StartsTheFirstTimeAtOnceThenDoublesUpToTenSeconds) {
  RestartPolicy policy;
  EXPECT_EQ(delays(policy, 10, 1s), (std::vector<Duration>{0ms, 100ms, 200ms, 400ms, 800ms, 1600ms,
                                                           3200ms, 6400ms, 10s, 10s}));
}

TEST(RestartPolicyTest, CountsAProcessThatNeverWasReadyAsShortLived) {
  RestartPolicy policy;
  EXPECT_EQ(delays(policy, 3, std::nullopt), (std::vector<Duration>{0ms, 100ms, 200ms}));
}

TEST(RestartPolicyTest, StartsAtOnceAgainAfterALifeOfTenSeconds) {
  RestartPolicy policy;
  delays(policy, 5, 9999ms);
  EXPECT_EQ(policy.next_delay(10s), 0ms);
  EXPECT_EQ(policy.next_delay(1s), 100ms);
}

TEST(RestartPolicyTest, SaysWhen) {
  EXPECT_EQ(delay_text(0ms), "at once");
  EXPECT_EQ(delay_text(100ms), "in 0.1 s");
  EXPECT_EQ(delay_text(6400ms), "in 6.4 s");
}

}  // namespace
}  // namespace coachwhip::supervisor
