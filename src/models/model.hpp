// Model: a way to divide a server's attention between its connections (--model).
//
// Every model runs the same Connection::serve, the same handlers and the same exchange; what
// differs is who waits for what. One file each; its head says what the model teaches, where it
// breaks, and which known servers work that way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "loop/poller.hpp"
#include "models/threads.hpp"

namespace coachwhip::models {

enum class Seats : std::uint8_t {
  one,
  per_core,
  many,  // as many connections at a time as there are threads or processes
};

// Who remembers what was worked out for one request and is of use to others.
enum class Memory : std::uint8_t {
  process,     // the front: its seats are threads
  seat,        // each seat for itself: they are processes
  connection,  // nobody for long
};

struct Model {
  std::string_view name;
  std::string_view summary;  // half a line
  std::string_view breaks;   // where it stops to scale, half a line
  std::string_view known_from;

  // How the loop of each seat waits.
  Result<std::unique_ptr<loop::Poller>> (*make_poller)();
  // Who has the seats.
  Result<std::unique_ptr<Crew>> (*make_crew)(Stage& stage) = Threads::make;
  Seats seats = Seats::one;
  Memory memory = Memory::process;
  // Of each seat that accepts for itself; the others wait in the kernel's queue until one has
  // ended. 0: no bound.
  std::size_t connections_max = 0;
  std::size_t descriptors_max = 0;  // of the process; 0: what the system allows
};

// In the order of the story.
std::span<const Model* const> all();
// nullptr: there is none of that name.
const Model* find(std::string_view name);
// "serial, select, …"
std::string names();
// What each is, where it breaks and who works so, for the terminal.
std::string explain();

}  // namespace coachwhip::models
