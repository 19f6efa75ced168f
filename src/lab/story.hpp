// Story: what a server's threads did for whom, told from the recording of their system calls.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lab/recording.hpp"

namespace coachwhip::lab {

// Since the scene began.
using Milliseconds = std::chrono::duration<double, std::milli>;

enum class Deed : std::uint8_t { accept, read, handle, write, close, wait };
std::string_view name(Deed deed);

// Something that a thread did. `client` is 0 where it was for nobody or is not known.
struct Span {
  Deed deed = Deed::wait;
  unsigned client = 0;
  Milliseconds began{};
  Milliseconds ended{};
  std::string what{};       // "recvfrom, 48 bytes"
  std::uint32_t times = 1;  // so many calls in a row, all of them in vain

  // It asked again and again and did not wait.
  bool is_spinning() const { return times > 4 && (ended - began) / times < Milliseconds(1); }
};

struct Interval {
  Milliseconds began{};
  Milliseconds ended{};
};

// A connection, as long as a process held it open.
struct Life {
  unsigned client = 0;
  Milliseconds began{};
  Milliseconds ended{};
  std::vector<Interval> requests{};  // each from the first byte read to the last written
  std::vector<Milliseconds> reads{};
  std::vector<Milliseconds> writes{};
};

struct Lane {
  pid_t process = 0;
  pid_t thread = 0;
  std::string name{};
  Milliseconds began{};
  Milliseconds ended{};
  std::vector<Span> spans{};
  std::vector<Life> lives{};  // of the connections that this thread took in

  bool took_part() const;
  // It took connections in, which others read.
  bool only_accepts() const;
  // It reads connections that another took in.
  bool only_serves() const;
  // It holds a connection and waits for that client and nobody else.
  bool waits_for_one() const;
};

struct Story {
  std::vector<Lane> lanes;  // who took part, in the order in which they began to
  std::vector<Lane> idle;   // who only waited
};

struct StoryFrame {
  TimePoint began{};
  TimePoint ended{};
  std::map<std::uint16_t, unsigned> clients{};  // by their ports
  // A thread that has a connection waits for that one alone.
  bool is_one_at_a_time = false;
};

Story tell_story(const Recording& recording, const StoryFrame& frame);

}  // namespace coachwhip::lab
