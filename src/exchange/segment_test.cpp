#include "exchange/segment.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace coachwhip::exchange {
namespace {

// Another descriptor of the same memory, as a child process inherits it.
int inherit(const Segment& segment) { return ::dup(segment.fd()); }

std::string why_refused(int fd) {
  const auto opened = Segment::open(fd);
  return opened ? "it was not" : opened.error().message;
}

TEST(Segment, WhatOneProcessWritesTheOtherReads) {
  auto created = *Segment::create({.lanes = 3, .slots_per_lane = 64});
  auto opened = *Segment::open(inherit(created));
  EXPECT_EQ(opened.shape().lanes, 3U);
  EXPECT_EQ(opened.shape().slots_per_lane, 64U);
  created.slot(2, 63).state.store(7);
  created.slot(2, 63).reply_ring[ring_bytes - 1] = 'x';
  created.lane(1).tail.store(8);
  created.worker(workers_max - 1).bells[threads_max - 1].rings.store(9);
  EXPECT_EQ(opened.slot(2, 63).state.load(), 7U);
  EXPECT_EQ(opened.slot(2, 63).reply_ring[ring_bytes - 1], 'x');
  EXPECT_EQ(opened.lane(1).tail.load(), 8U);
  EXPECT_EQ(opened.worker(workers_max - 1).bells[threads_max - 1].rings.load(), 9U);
}

TEST(Segment, NothingOverlaps) {
  auto segment = *Segment::create({.lanes = 2, .slots_per_lane = 128});
  std::vector<std::pair<const char*, const char*>> parts;
  const auto add = [&](const auto* begin, const auto* end) {
    parts.emplace_back(reinterpret_cast<const char*>(begin), reinterpret_cast<const char*>(end));
  };
  for (std::size_t i = 0; i < workers_max; ++i) add(&segment.worker(i), &segment.worker(i) + 1);
  for (std::size_t lane = 0; lane < 2; ++lane) {
    add(&segment.lane(lane), &segment.lane(lane) + 1);
    add(&segment.queue(lane).front(), &segment.queue(lane).back() + 1);
    add(&segment.attention(lane).front(), &segment.attention(lane).back() + 1);
    for (std::size_t i = 0; i < 128; ++i) add(&segment.slot(lane, i), &segment.slot(lane, i) + 1);
  }
  for (std::size_t i = 1; i < parts.size(); ++i) EXPECT_LE(parts[i - 1].second, parts[i].first);
}

TEST(Segment, RefusesWhatIsNoExchangeOfThisVersion) {
  EXPECT_NE(why_refused(-1), "it was not");
  EXPECT_EQ(why_refused(::memfd_create("empty", MFD_CLOEXEC)), "the exchange is too small");
  const int zeros = ::memfd_create("zeros", MFD_CLOEXEC);
  ASSERT_EQ(::ftruncate(zeros, 1 << 20), 0);
  EXPECT_NE(why_refused(zeros).find("another version"), std::string::npos);
  const auto segment = *Segment::create({});
  ASSERT_EQ(::ftruncate(segment.fd(), 1 << 20), 0);
  EXPECT_NE(why_refused(inherit(segment)).find("another version"), std::string::npos);
}

}  // namespace
}  // namespace coachwhip::exchange
