// Workers that die at every step of the protocol, and lanes that give up at random: each request is
// answered once and in one piece or reported lost, and nothing stays behind.
#include <gtest/gtest.h>

#include "exchange/test_clients.hpp"

namespace coachwhip::exchange {
namespace {

constexpr std::size_t lanes_under_test = 2;
constexpr std::size_t workers_under_test = 3;
constexpr std::size_t threads_per_worker = 2;
constexpr int requests_per_client = 60;

// The places at which a worker may die.
enum class Death {
  none,
  claimed_only,   // before the head of the queue was moved
  claimed,        // … and after
  stated,         // after the head of the answer
  in_the_middle,  // of the body
  ended,          // after the end of the flow, before the slot was let go
  let_go,         // before the attention bit
  shown,          // before the front was woken
  count,
};

// Claims as Taker does, but goes no further.
void claim_only(Segment& segment, std::size_t lane, std::uint32_t owner) {
  const std::uint64_t head = segment.lane(lane).head.load();
  if (head == segment.lane(lane).tail.load()) return;
  const auto queue = segment.queue(lane);
  const std::uint64_t hint = queue[head % queue.size()].load();
  const auto generation = static_cast<std::uint32_t>(hint >> 32);
  std::uint64_t expected = State{generation, 0, Phase::queued}.pack();
  segment.slot(lane, static_cast<std::uint32_t>(hint))
      .state.compare_exchange_strong(expected, State{generation, owner, Phase::claimed}.pack());
}

struct Place {
  std::size_t lane = 0;
  std::size_t index = 0;
};

Place find_place(Segment& segment, const Job& job) {
  const char* path = job.request().path.data();
  for (Place place;; ++place.index) {
    if (place.index == segment.shape().slots_per_lane) place = {place.lane + 1, 0};
    const char* head = segment.slot(place.lane, place.index).request_head;
    if (path >= head && path < head + request_head_bytes) return place;
  }
}

// Lives and dies like a process: what it held stays as it was.
class MortalWorker {
 public:
  MortalWorker(Segment& segment, std::span<const LaneFds> lanes, std::size_t cell,
               std::uint32_t incarnation)
      : context_{.segment = segment,
                 .lanes = lanes,
                 .worker = cell,
                 .incarnation = incarnation,
                 .threads = threads_per_worker} {
    for (std::size_t i = 0; i < threads_per_worker; ++i) {
      threads_.emplace_back([this, i] { run(i); });
    }
  }

  std::uint32_t owner() const { return make_owner(context_.worker, context_.incarnation); }
  bool dead() const { return ended_ == threads_per_worker; }
  void stop() {
    context_.stopping = true;
    context_.ring_all();
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  // Storage whose content is never destroyed: a killed process runs no destructors.
  template <class T>
  struct Abandoned {
    template <class... Arguments>
    T& emplace(Arguments&&... arguments) {
      return *new (bytes) T(std::forward<Arguments>(arguments)...);
    }
    alignas(T) std::byte bytes[sizeof(T)];
  };

  void run(std::size_t thread) {
    Random random(
        static_cast<unsigned>(context_.incarnation * 100 + context_.worker * 10 + thread));
    Abandoned<Taker> place;
    Taker& taker = place.emplace(context_, thread);
    while (!context_.stopping) {
      if (auto job = taker.take()) {
        Abandoned<Job> held;
        serve(held.emplace(std::move(*job)), random);
      } else {
        taker.sleep();
      }
    }
    ++ended_;
  }

  // All threads of the process die together.
  void die() {
    dying_ = true;
    stop();
  }

  void serve(Job& job, Random& random) {
    const Death death = one_in(random, 40)
                            ? static_cast<Death>(random() % static_cast<unsigned>(Death::count))
                            : Death::none;
    if (dying_) return;
    if (death == Death::claimed_only) {
      for (std::size_t lane = 0; lane < lanes_under_test; ++lane) {
        claim_only(context_.segment, lane, owner());
      }
    }
    if (death == Death::claimed_only || death == Death::claimed) return die();
    EXPECT_TRUE(job.start_reply({}));
    if (one_in(random, 4)) job.flush();
    if (death == Death::stated) return die();
    const bool whole = copy_body(job, death, random);
    if (death == Death::in_the_middle) return die();
    if (dying_) return;
    if (whole && death >= Death::ended) return die_while_finishing(job, death);
    job.finish(whole ? FlowEnd::ended : FlowEnd::broken);
  }

  bool copy_body(Job& job, Death death, Random& random) {
    while (!job.body_ended()) {
      if (job.cancelled() || job.body_broken() || dying_) return false;
      Bytes bytes = job.body();
      if (bytes.empty()) {
        job.flush();
        job.wait_for_body();
        continue;
      }
      bytes = bytes.substr(0, 1 + random() % bytes.size());
      const std::size_t taken = job.write(bytes);
      job.consume_body(taken);
      if (death == Death::in_the_middle) return false;
      if (taken < bytes.size()) {
        job.flush();
        job.wait_for_room();
      }
    }
    return true;
  }

  // The steps of Job::finish(), up to one of them.
  void die_while_finishing(Job& job, Death death) {
    const auto [lane, index] = find_place(context_.segment, job);
    Slot& slot = context_.segment.slot(lane, index);
    slot.reply.end.store(FlowEnd::ended, std::memory_order_release);
    if (death != Death::ended) {
      const std::uint32_t generation = State::unpack(slot.state.load()).generation;
      slot.state.store(State{generation, 0, Phase::replied}.pack());
    }
    if (death == Death::shown) {
      context_.segment.attention(lane)[index / 64].fetch_or(std::uint64_t{1} << (index % 64));
    }
    die();
  }

  WorkerContext context_;
  std::atomic<bool> dying_{false};
  std::atomic<std::size_t> ended_{0};
  std::vector<std::thread> threads_;
};

TEST(Stress, DeathsAtEveryStepLoseNothingUnreported) {
  Segment segment = *Segment::create({.lanes = lanes_under_test, .slots_per_lane = 64});
  std::vector<std::unique_ptr<TestFront>> fronts;
  std::vector<LaneFds> fds;
  for (std::size_t lane = 0; lane < lanes_under_test; ++lane) {
    fronts.push_back(std::make_unique<TestFront>(segment, LaneOptions{.cells = workers_under_test},
                                                 *loop::make_epoll_poller(), lane));
    fds.push_back(fronts.back()->fds());
  }
  std::vector<std::unique_ptr<MortalWorker>> workers;
  for (std::size_t cell = 0; cell < workers_under_test; ++cell) {
    workers.push_back(std::make_unique<MortalWorker>(segment, fds, cell, 1));
  }
  std::vector<Tally> tallies(lanes_under_test);
  std::atomic<std::size_t> running{lanes_under_test};
  std::vector<std::thread> threads;
  for (unsigned lane = 0; lane < lanes_under_test; ++lane) {
    threads.emplace_back([&, lane] {
      run_front(*fronts[lane], lane, requests_per_client, tallies[lane]);
      --running;
    });
  }
  // The supervisor: whoever has died is announced and replaced.
  std::uint32_t deaths = 0;
  while (running > 0) {
    for (std::size_t cell = 0; cell < workers_under_test; ++cell) {
      if (!workers[cell]->dead()) continue;
      workers[cell]->join();
      const std::uint32_t owner = workers[cell]->owner();
      for (auto& front : fronts) {
        front->loop().post([&lane = front->lane(), owner] { lane.worker_gone(owner); });
      }
      workers[cell] = std::make_unique<MortalWorker>(segment, fds, cell, 2 + deaths++);
    }
    std::this_thread::yield();
  }
  for (auto& worker : workers) worker->stop();
  for (auto& worker : workers) worker->join();
  for (auto& thread : threads) thread.join();
  for (auto& front : fronts) EXPECT_EQ(front->lane().busy(), 0U);
  expect_complete(tallies, requests_per_client);
  EXPECT_GT(deaths, 10U);
}

}  // namespace
}  // namespace coachwhip::exchange
