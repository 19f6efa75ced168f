#include "lab/load.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <functional>
#include <numeric>
#include <queue>
#include <random>
#include <sys/epoll.h>

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t opening_max = 256;  // connections on their way at a time
constexpr Duration stall_max = 250ms;     // then whoever is not connected has to wait
constexpr Duration pause_after_failure = 20ms;
constexpr Duration look_interval = 50ms;
constexpr std::size_t events_max = 512;
constexpr std::size_t scratch_bytes = 65'536;
constexpr std::uint64_t of_interrupt = ~std::uint64_t{0};
constexpr double tail = 0.99;

enum class State : std::uint8_t { resting, opening, ready, sending, waiting, ended };

struct Member {
  Client client;
  std::size_t crowd = 0;
  State state = State::resting;
  bool was_served = false;
  std::size_t requests_left = 0;
  std::size_t sent_bytes = 0;  // of a request that goes byte by byte
  TimePoint asked{};           // since when it waits for an answer
};

class Load {
 public:
  Load(std::uint16_t port, const LoadPlan& plan, Interrupt& interrupt)
      : port_(port), plan_(plan), interrupt_(interrupt), scratch_(scratch_bytes) {}

  Result<LoadResult> run() {
    poller_.reset(::epoll_create1(EPOLL_CLOEXEC));
    if (!poller_) return fail_errno("epoll", errno);
    watch(interrupt_.descriptor(), of_interrupt, EPOLLIN);
    gather();
    connect_all();
    ask_all();
    for (;;) {
      const TimePoint now = Clock::now();
      if (now >= end_ || is_interrupted_ || active_ == 0) break;
      wait_until(std::min(end_, next_timer()));
      run_timers();
    }
    ended_ = Clock::now();
    if (plan_.at_end) plan_.at_end();
    return result();
  }

 private:
  struct Timer {
    TimePoint time;
    std::size_t member;
    bool operator>(const Timer& other) const { return time > other.time; }
  };

  const Crowd& crowd_of(const Member& member) const { return plan_.crowds[member.crowd]; }
  Tally& tally_of(const Member& member) { return result_.crowds[member.crowd]; }
  std::size_t index_of(const Member& member) const {
    return static_cast<std::size_t>(&member - members_.data());
  }

  // ---- before the first request ----

  void gather() {
    for (std::size_t index = 0; index < plan_.crowds.size(); ++index) {
      const Crowd& crowd = plan_.crowds[index];
      requests_.push_back("GET " + crowd.path + " HTTP/1.1\r\nHost: lab\r\n" +
                          (crowd.keeps_alive ? "\r\n" : "Connection: close\r\n\r\n"));
      result_.crowds.push_back({.clients = crowd.clients});
      std::uniform_int_distribution<std::size_t> requests(crowd.requests_min, crowd.requests_max);
      for (std::size_t i = 0; i < crowd.clients; ++i) {
        Member& member = members_.emplace_back();
        member.crowd = index;
        member.requests_left = requests(chance_);
        if (!crowd.is_silent) ++active_;
      }
    }
  }

  static bool connects_ahead(const Crowd& crowd) {
    return crowd.keeps_alive && crowd.ramp_up == Duration{};
  }

  // Until all are connected, or no further one gets in.
  void connect_all() {
    const TimePoint end = Clock::now() + plan_.connect_time_max;
    last_opened_ = Clock::now();
    end_ = never;
    for (Member& member : members_) {
      if (connects_ahead(crowd_of(member))) to_open_.push_back(index_of(member));
    }
    while (!is_interrupted_ && (opening_ > 0 || !to_open_.empty())) {
      open_some();
      const TimePoint until = std::min(end, last_opened_ + stall_max);
      if (Clock::now() >= until) break;
      if (opening_ > 0) wait_until(until);
    }
    for (Tally& tally : result_.crowds) tally.connected_clients = 0;
    for (const Member& member : members_) {
      if (member.state == State::ready) ++tally_of(member).connected_clients;
    }
  }

  void open_some() {
    while (opening_ < opening_max && !to_open_.empty()) {
      Member& member = members_[to_open_.front()];
      to_open_.pop_front();
      open(member);
    }
  }

  void ask_all() {
    begin_ = Clock::now();
    end_ = begin_ + plan_.time_max;
    asks_ = true;
    std::vector<std::size_t> of_crowd(plan_.crowds.size());
    for (Member& member : members_) {
      const Crowd& crowd = crowd_of(member);
      const auto turn = static_cast<Duration::rep>(of_crowd[member.crowd]++);
      const auto clients = static_cast<Duration::rep>(crowd.clients);
      const TimePoint ready = connects_ahead(crowd) ? Clock::now() : begin_;
      member.asked = ready + crowd.ramp_up * turn / clients;
      if (member.state == State::ready) ask(member);
      if (member.state != State::resting || connects_ahead(crowd)) continue;
      timers_.push({member.asked, index_of(member)});
    }
  }

  // ---- the life of a client ----

  void open(Member& member) {
    const auto step = member.client.open(port_);
    if (step == Client::Step::failed) return stumble(member);
    watch(member.client.descriptor(), index_of(member), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    ++opening_;
    member.state = State::opening;
    if (step == Client::Step::done) opened(member);
  }

  void opened(Member& member) {
    --opening_;
    last_opened_ = Clock::now();
    member.state = State::ready;
    if (asks_) ask(member);
  }

  void ask(Member& member) {
    const Crowd& crowd = crowd_of(member);
    if (crowd.is_silent) return;
    if (crowd.byte_interval > Duration{}) {
      member.state = State::sending;
      member.sent_bytes = 0;
      return send_byte(member);
    }
    const auto step = member.client.send(requests_[member.crowd]);
    if (step == Client::Step::failed) return stumble(member);
    member.state = State::waiting;
  }

  void send_byte(Member& member) {
    const std::string& request = requests_[member.crowd];
    const auto step = member.client.send({&request[member.sent_bytes], 1});
    if (step == Client::Step::failed) return stumble(member);
    if (++member.sent_bytes == request.size()) {
      member.state = State::waiting;
    } else {
      timers_.push({Clock::now() + crowd_of(member).byte_interval, index_of(member)});
    }
  }

  void answered(Member& member) {
    const TimePoint now = Clock::now();
    Tally& tally = tally_of(member);
    const Crowd& crowd = crowd_of(member);
    ++tally.requests;
    tally.times.record(now - member.asked);
    if (!std::exchange(member.was_served, true)) ++tally.served_clients;
    if (!crowd.keeps_alive) member.client.close();
    const bool was_last = member.requests_left == 1;
    if (member.requests_left > 0) --member.requests_left;
    if (was_last) return finish(member);
    const Duration pause = think(crowd);
    member.asked = now + pause;
    member.state = crowd.keeps_alive ? State::ready : State::resting;
    if (pause > Duration{}) {
      timers_.push({now + pause, index_of(member)});
    } else {
      go_on(member);
    }
  }

  // Its turn has come: for the first time, after a thought, or after a failure.
  void go_on(Member& member) {
    if (member.state == State::resting) {
      open(member);
    } else if (member.state == State::ready) {
      ask(member);
    } else if (member.state == State::sending) {
      send_byte(member);
    }
  }

  Duration think(const Crowd& crowd) {
    if (crowd.think_max == Duration{}) return {};
    std::uniform_int_distribution<Duration::rep> time(crowd.think_min.count(),
                                                      crowd.think_max.count());
    return Duration(time(chance_));
  }

  void finish(Member& member) {
    if (!crowd_of(member).lingers) member.client.close();
    member.state = State::ended;
    --active_;
  }

  // Something failed: it is counted, and tried again in a moment. The request waits on.
  void stumble(Member& member) {
    if (member.state == State::opening) --opening_;
    ++tally_of(member).failures[static_cast<std::size_t>(member.client.failure())];
    member.client.close();
    member.state = State::resting;
    timers_.push({Clock::now() + pause_after_failure, index_of(member)});
  }

  // ---- waiting ----

  void watch(int fd, std::uint64_t data, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = data;
    ::epoll_ctl(poller_.get(), EPOLL_CTL_ADD, fd, &event);
  }

  TimePoint next_timer() const { return timers_.empty() ? never : timers_.top().time; }

  void run_timers() {
    const TimePoint now = Clock::now();
    while (!timers_.empty() && timers_.top().time <= now) {
      Member& member = members_[timers_.top().member];
      timers_.pop();
      go_on(member);
    }
    open_some();
  }

  void wait_until(TimePoint time) {
    const Duration left = std::clamp<Duration>(time - Clock::now(), Duration{}, look_interval);
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    const timespec limit{.tv_sec = 0, .tv_nsec = ns};
    std::array<epoll_event, events_max> events;
    const int count = ::epoll_pwait2(poller_.get(), events.data(), events_max, &limit, nullptr);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.u64 == of_interrupt) {
        is_interrupted_ = true;
      } else {
        happened(members_[event.data.u64], event.events);
      }
    }
  }

  void happened(Member& member, std::uint32_t events) {
    if (!member.client.is_open() || member.state == State::ended) return;
    if (member.state == State::opening) {
      const auto step = member.client.finish_opening();
      return step == Client::Step::done ? opened(member) : stumble(member);
    }
    if ((events & ~std::uint32_t{EPOLLOUT}) == 0) return;
    const auto step = member.client.receive(scratch_);
    if (step == Client::Step::failed) return stumble(member);
    if (step == Client::Step::done && member.state == State::waiting) answered(member);
  }

  // ---- the end ----

  LoadResult result() {
    const TimePoint now = std::min(ended_, end_);
    result_.time = now - begin_;
    result_.is_interrupted = is_interrupted_;
    std::vector<Duration> long_times;
    std::vector<std::uint64_t> usual_requests;  // of a client that was served
    for (const Tally& tally : result_.crowds) {
      long_times.push_back(tally.times.quantile(tail));
      usual_requests.push_back(tally.requests / std::max<std::size_t>(1, tally.served_clients));
    }
    for (const Member& member : members_) {
      if (member.state == State::ended || crowd_of(member).is_silent) continue;
      const Duration age = now - member.asked;
      if (age <= Duration{}) continue;
      Tally& tally = tally_of(member);
      ++tally.unanswered;
      if (!member.was_served) {
        tally.times.record(age, std::max<std::uint64_t>(1, usual_requests[member.crowd]));
      } else if (age > long_times[member.crowd]) {
        tally.times.record(age);
      }
    }
    return std::move(result_);
  }

  std::uint16_t port_;
  const LoadPlan& plan_;
  Interrupt& interrupt_;
  UniqueFd poller_;
  std::vector<char> scratch_;
  std::vector<std::string> requests_;  // by crowd
  std::vector<Member> members_;
  std::deque<std::size_t> to_open_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::mt19937_64 chance_;  // begins alike for every server
  std::size_t opening_ = 0;
  std::size_t active_ = 0;
  bool asks_ = false;
  bool is_interrupted_ = false;
  TimePoint last_opened_{};
  TimePoint begin_{};
  TimePoint end_{};
  TimePoint ended_{};  // earlier than end_, if nothing was left to do
  LoadResult result_;
};

}  // namespace

std::uint64_t Tally::failed() const {
  return std::accumulate(failures.begin(), failures.end(), std::uint64_t{0});
}

Result<LoadResult> run_load(std::uint16_t port, const LoadPlan& plan, Interrupt& interrupt) {
  return Load(port, plan, interrupt).run();
}

}  // namespace coachwhip::lab
