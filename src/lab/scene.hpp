// The scene of a trace: eight clients who visit a server together, one of them slow, one with a
// handler that sleeps; and what each of them saw.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace coachwhip::lab {

inline constexpr std::size_t client_count = 8;

// One request, as its client saw it.
struct Ask {
  std::string target{};
  TimePoint began{};  // its first byte was sent
  TimePoint sent{};   // its last
  std::optional<TimePoint> answered{};
  int status = 0;
};

struct ClientView {
  unsigned number = 0;   // from 1
  std::string nature{};  // "slow", "its handler sleeps", or nothing
  std::uint16_t port = 0;
  TimePoint began{};
  TimePoint ended{};
  std::vector<Ask> asks{};
  std::string failure{};  // why not all of it was answered

  // The longest from a request's last byte to the end of its answer.
  Duration longest_wait() const;
};

struct Scene {
  TimePoint began{};
  TimePoint ended{};
  std::vector<ClientView> clients{};
};

// Returns when all have left, at the latest after some seconds, or soon after `is_over`.
Scene play_scene(std::uint16_t port, const std::function<bool()>& is_over);

}  // namespace coachwhip::lab
