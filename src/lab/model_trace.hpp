// ModelTrace: one model's part of a trace, its clients' view and its server's.
#pragma once

#include <string>

#include "lab/scene.hpp"
#include "lab/story.hpp"

namespace coachwhip::lab {

struct ModelTrace {
  std::string model{};
  std::string summary{};  // what the model is, half a line
  Scene scene{};
  Story story{};
  std::uint64_t calls = 0;  // system calls of all processes while the scene lasted

  Milliseconds at(TimePoint moment) const { return moment - scene.began; }
  Milliseconds duration() const { return at(scene.ended); }
};

}  // namespace coachwhip::lab
