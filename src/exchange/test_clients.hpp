// For tests: clients of one front that ask at random, leave at random and count what became of it.
#pragma once

#include <random>

#include "exchange/test_exchange.hpp"
#include "task/nursery.hpp"

namespace coachwhip::exchange {

using Random = std::minstd_rand;

constexpr int clients_per_lane = 24;

inline bool one_in(Random& random, unsigned count) { return random() % count == 0; }

struct Tally {
  int answered = 0;
  int orphaned = 0;
  int given_up = 0;
  int wrong = 0;
};

// Leaves in the middle.
inline Task<void> give_up(TestFront& front, Random& random) {
  const std::optional<std::uint32_t> slot = co_await front.lane().acquire();
  if (!slot) co_return;
  Call call(front.lane(), *slot);
  EXPECT_TRUE(call.write_request(TestRequest("/").get(), 10));
  call.feed("half");
  call.submit();
  if (one_in(random, 2)) co_await call.changed();
}

inline Task<void> client(TestFront& front, unsigned seed, int requests, Tally& tally) {
  Random random(seed);
  for (int i = 0; i < requests; ++i) {
    if (one_in(random, 10)) {
      co_await give_up(front, random);
      ++tally.given_up;
      continue;
    }
    const std::size_t size = one_in(random, 8) ? random() % (3 * ring_bytes) : random() % 200;
    std::string body(size, '\0');
    for (char& byte : body) byte = static_cast<char>(random());
    Outcome outcome = co_await ask(front.lane(), "", body);
    if (outcome.fate == Fate::answered) {
      ++tally.answered;
      if (outcome.body != body) ++tally.wrong;
    } else {
      if (outcome.fate != Fate::orphaned) ++tally.wrong;
      ++tally.orphaned;
    }
  }
}

// A front thread: its clients, until all of them have had their fates.
inline void run_front(TestFront& front, unsigned seed, int requests, Tally& tally) {
  Nursery nursery;
  for (unsigned i = 0; i < clients_per_lane; ++i) {
    nursery.start(client(front, seed * 1000 + i + 1, requests, tally));
  }
  front.turn_until([&] { return nursery.count() == 0 && front.lane().busy() == 0; });
}

// Every request had one fate, and most of them the good one.
inline void expect_complete(const std::vector<Tally>& tallies, int requests) {
  Tally sum;
  for (const Tally& tally : tallies) {
    sum.answered += tally.answered;
    sum.orphaned += tally.orphaned;
    sum.given_up += tally.given_up;
    sum.wrong += tally.wrong;
  }
  EXPECT_EQ(sum.wrong, 0);
  EXPECT_EQ(sum.answered + sum.orphaned + sum.given_up,
            static_cast<int>(tallies.size()) * clients_per_lane * requests);
  EXPECT_GT(sum.answered, 4 * sum.orphaned);
}

}  // namespace coachwhip::exchange
