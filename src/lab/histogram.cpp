#include "lab/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace coachwhip::lab {
namespace {

// Each power of two has so many buckets.
constexpr std::uint64_t steps = 128;
constexpr std::uint64_t time_max = std::uint64_t{1} << 41;

// How many low bits the bucket of a time does not tell.
unsigned shift_of(std::uint64_t time) {
  return time < 2 * steps ? 0 : static_cast<unsigned>(std::bit_width(time / (2 * steps)));
}

std::size_t bucket_of(std::uint64_t time) {
  const unsigned shift = shift_of(time);
  return shift * steps + (time >> shift);
}

std::uint64_t middle_of(std::size_t bucket) {
  if (bucket < 2 * steps) return bucket;
  const std::uint64_t shift = bucket / steps - 1;
  return ((bucket - shift * steps) << shift) + (std::uint64_t{1} << shift) / 2;
}

}  // namespace

Histogram::Histogram() : buckets_(bucket_of(time_max) + 1) {}

void Histogram::record(Duration time, std::uint64_t times) {
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::nanoseconds>(time).count()));
  buckets_[bucket_of(std::min(count, time_max))] += times;
  count_ += times;
}

Duration Histogram::quantile(double quantile) const {
  if (count_ == 0) return {};
  const double rank = std::ceil(quantile * static_cast<double>(count_));
  auto left = static_cast<std::uint64_t>(std::clamp(rank, 1.0, static_cast<double>(count_)));
  std::size_t bucket = 0;
  while (buckets_[bucket] < left) left -= buckets_[bucket++];
  return std::chrono::nanoseconds(middle_of(bucket));
}

}  // namespace coachwhip::lab
