#include "supervisor/restart_policy.hpp"

#include <algorithm>

namespace coachwhip::supervisor {
namespace {

constexpr Duration healthy_life = std::chrono::seconds(10);
constexpr Duration delay_min = std::chrono::milliseconds(100);
constexpr Duration delay_max = std::chrono::seconds(10);

}  // namespace

Duration RestartPolicy::next_delay(std::optional<Duration> ready_for) {
  if (ready_for.has_value() && *ready_for >= healthy_life) delay_ = Duration{};
  const Duration delay = delay_;
  delay_ = std::clamp(delay * 2, delay_min, delay_max);
  return delay;
}

std::string delay_text(Duration delay) {
  if (delay == Duration{}) return "at once";
  const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(delay).count() / 100;
  return "in " + std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
}

}  // namespace coachwhip::supervisor
