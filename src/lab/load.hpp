// Load: a bounded time of crowds of clients on one server, from one thread.
//
// A crowd is a number of clients that behave alike. What one does, in this order:
//   connect  as soon as the ramp-up gives it its turn; not too many at once
//   ask      one request after the other, after a time to think if it has one
//   end      after so many requests, or with the time of the load
// A client that gets no answer waits until the load ends, and is counted.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "lab/client.hpp"
#include "lab/histogram.hpp"
#include "lab/interrupt.hpp"

namespace coachwhip::lab {

struct Crowd {
  std::size_t clients = 1;
  std::string path = "/";
  bool keeps_alive = true;       // else each request has a connection of its own
  bool is_silent = false;        // connects and asks nothing
  bool lingers = false;          // keeps its connection after its last request
  std::size_t requests_min = 0;  // of each client, by chance between these; 0: until the end
  std::size_t requests_max = 0;
  Duration ramp_up{};  // they begin evenly spread over this
  Duration think_min{};
  Duration think_max{};
  Duration byte_interval{};  // not zero: a request goes byte by byte, one each
};

struct LoadPlan {
  std::vector<Crowd> crowds{};  // those in front connect first
  Duration time_max{};          // from the moment at which all who can are connected
  Duration connect_time_max = std::chrono::seconds(5);
  std::function<void()> at_end{};  // before the connections are closed
};

// What a crowd has seen.
struct Tally {
  std::size_t clients = 0;
  std::size_t served_clients = 0;     // that got at least one answer
  std::size_t connected_clients = 0;  // before the first request
  std::uint64_t requests = 0;         // that were answered as they should
  std::uint64_t unanswered = 0;       // that waited at the end
  std::array<std::uint64_t, failure_names.size()> failures{};
  // Of answers; and of requests that wait for one at the end: how long it would have been nobody
  // knows, but it is longer. They count if they have waited longer than 99 of 100 answers took; of
  // a client that was never served as often as others were answered, since it would have asked on.
  Histogram times{};

  std::uint64_t failed() const;
};

struct LoadResult {
  std::vector<Tally> crowds{};
  Duration time{};  // without the time of connecting
  bool is_interrupted = false;
};

Result<LoadResult> run_load(std::uint16_t port, const LoadPlan& plan, Interrupt& interrupt);

}  // namespace coachwhip::lab
