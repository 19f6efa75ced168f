#include "config/nearest.hpp"

#include <gtest/gtest.h>

namespace coachwhip::config {
namespace {

TEST(Nearest, DistanceCountsChanges) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("bind", "bind"), 0U);
  EXPECT_EQ(edit_distance("", "bind"), 4U);
  EXPECT_EQ(edit_distance("bnid", "bind"), 2U);
  EXPECT_EQ(edit_distance("worker", "workers"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Nearest, ASlipOfTheFingersIsUnderstood) {
  EXPECT_EQ(nearest_option("wrokers").name, "workers");
  EXPECT_EQ(nearest_option("max_body_size").name, "max-body-size");
  EXPECT_EQ(nearest_option("listen-timeout").name, "idle-timeout");
  EXPECT_EQ(nearest_option("logs-level").name, "log-level");
}

}  // namespace
}  // namespace coachwhip::config
