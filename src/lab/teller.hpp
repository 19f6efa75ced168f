// Teller: reads a recording from beginning to end and knows at each moment who holds what.
#pragma once

#include <deque>
#include <map>
#include <utility>

#include "lab/story.hpp"

namespace coachwhip::lab {

class Teller {
 public:
  Teller(const Recording& recording, const StoryFrame& frame);

  // The lane of each thread that lived while the scene lasted.
  std::map<pid_t, Lane> tell();

 private:
  // A descriptor of a process that is a client's connection, and where its life is written.
  struct Connection {
    unsigned client = 0;
    TimePoint began{};
    pid_t lane = 0;
    std::size_t life = 0;
    std::string heard{};  // of the request that is being read
  };
  using Key = std::pair<pid_t, int>;  // process, descriptor

  struct State {
    bool is_worker = false;
    // Whom it is handling, since when; since zero: nobody.
    unsigned client = 0;
    TimePoint handling_since{};
    unsigned last_read = 0;  // whose request it read last
    unsigned held = 0;       // for whom alone it waits
  };

  void fork_until(TimePoint moment);
  void call(const SystemCall& call);
  void accepted(const SystemCall& call);
  void read(const SystemCall& call);
  void wrote(const SystemCall& call);
  void closed(const SystemCall& call);
  void waited(const SystemCall& call);
  void worker_waited(const SystemCall& call);

  void take(Key key, unsigned client, TimePoint moment, pid_t lane, bool is_alone);
  void drop(Key key, TimePoint ended);
  void forget_handed(const Connection& connection, pid_t thread);
  void stop_handling(pid_t thread, TimePoint moment);
  void add(const SystemCall& call, Deed deed, unsigned client, std::string what);
  Life& life_of(const Connection& connection);
  Milliseconds at(TimePoint moment) const;

  const Recording& recording_;
  const StoryFrame& frame_;
  std::vector<const TracedThread*> forks_;  // in the order in which they began
  std::size_t next_fork_ = 0;
  std::map<pid_t, Lane> lanes_;
  std::map<pid_t, State> states_;
  std::map<Key, Connection> connections_;
  std::deque<unsigned> handed_;  // clients whose requests wait for a worker's thread
};

}  // namespace coachwhip::lab
