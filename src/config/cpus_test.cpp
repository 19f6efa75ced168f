#include "config/cpus.hpp"

#include <gtest/gtest.h>

#include "config/test_folder.hpp"

namespace coachwhip::config {
namespace {

TEST(Cpus, WithoutACgroupThereIsNoQuota) {
  const TestFolder root;
  EXPECT_EQ(cpu_quota(root.path()), std::nullopt);
}

TEST(Cpus, Version2CountsTheTightestGroupOnTheWay) {
  const TestFolder root;
  root.write("proc/self/cgroup", "0::/system.slice/site.service\n");
  root.write("sys/fs/cgroup/system.slice/cpu.max", "150000 100000\n");
  root.write("sys/fs/cgroup/system.slice/site.service/cpu.max", "400000 100000\n");
  EXPECT_EQ(cpu_quota(root.path()), 1.5);
}

TEST(Cpus, Version2WithoutABoundIsNoQuota) {
  const TestFolder root;
  root.write("proc/self/cgroup", "0::/site\n");
  root.write("sys/fs/cgroup/site/cpu.max", "max 100000\n");
  EXPECT_EQ(cpu_quota(root.path()), std::nullopt);
}

TEST(Cpus, Version1IsReadFromTheControllerOfTheCpu) {
  const TestFolder root;
  root.write("proc/self/cgroup", "5:cpuset:/a\n4:cpu,cpuacct:/a\n1:name=systemd:/a\n");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  root.write("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "50000\n");
  root.write("sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpu_quota(root.path()), 0.5);
}

TEST(Cpus, InAContainerTheTopIsTheGroup) {
  const TestFolder root;
  root.write("proc/self/cgroup", "4:cpuacct,cpu:/docker/0123abcd\n");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpu_quota(root.path()), 2.0);
}

TEST(Cpus, BrokenFilesAreNoQuota) {
  const TestFolder root;
  root.write("proc/self/cgroup", "nonsense\n0::\n::\n");
  root.write("sys/fs/cgroup/cpu.max", "100000 0\n");
  EXPECT_EQ(cpu_quota(root.path()), std::nullopt);
}

TEST(Cpus, ThereIsAlwaysOne) { EXPECT_GE(usable_cpus(), 1U); }

}  // namespace
}  // namespace coachwhip::config
