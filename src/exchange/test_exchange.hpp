// For tests: one front loop with its lane, worker threads, and a client that asks.
#pragma once

#include <array>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "exchange/call.hpp"
#include "exchange/lane.hpp"
#include "exchange/taker.hpp"
#include "http/request.hpp"
#include "loop/loop.hpp"
#include "task/task.hpp"

namespace coachwhip::exchange {

// A request for a path, with a field.
class TestRequest {
 public:
  explicit TestRequest(Bytes path)
      : request_{.method_text = "POST",
                 .target = path,
                 .raw_path = path,
                 .query = {},
                 .path = path,
                 .host = {},
                 .headers = headers_,
                 .body = body_,
                 .endpoints = endpoints_,
                 .began = {}} {
    headers_.add("Host", "example.org");
  }

  http::Request& get() { return request_; }

 private:
  http::Headers headers_;
  http::EmptyBody body_;
  http::Endpoints endpoints_{
      .peer_host = "192.0.2.1", .peer_port = 4711, .server_host = "192.0.2.2", .server_port = 80};
  http::Request request_;
};

// The sockets over which workers pass files to one lane.
struct FileSockets {
  FileSockets() {
    std::array<int, 2> both{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, both.data()), 0);
    front.reset(both[0]);
    workers.reset(both[1]);
  }
  UniqueFd front;
  UniqueFd workers;
};

// A front loop and its lane.
class TestFront {
 public:
  explicit TestFront(Segment& segment, LaneOptions options = {},
                     std::unique_ptr<loop::Poller> poller = *loop::make_epoll_poller(),
                     std::size_t index = 0)
      : loop_(*loop::Loop::make(std::move(poller))),
        lane_(segment, index, *loop_, with_files(options, files_)) {}

  loop::Loop& loop() { return *loop_; }
  Lane& lane() { return lane_; }
  LaneFds fds() const { return {loop_->wake_fd(), files_.workers.get()}; }

  // What has arrived is seen; nothing is waited for.
  void look() { loop_->turn(Duration{}); }

  template <class Condition>
  void turn_until(Condition condition) {
    const TimePoint limit = Clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      ASSERT_LT(Clock::now(), limit) << "nothing more happened";
      loop_->turn(std::chrono::seconds(1));
    }
  }

  // A call that has a slot and a written request.
  Call begin(Bytes path = "/") {
    Lane::Acquire acquire = lane_.acquire();
    EXPECT_TRUE(acquire.await_ready());
    Call call(lane_, acquire.await_resume().value());
    EXPECT_TRUE(call.write_request(TestRequest(path).get(), 0));
    return call;
  }
  // … and that waits for a worker.
  Call submit(Bytes path = "/") {
    Call call = begin(path);
    call.end_body(FlowEnd::ended);
    call.submit();
    return call;
  }

 private:
  static LaneOptions with_files(LaneOptions options, const FileSockets& files) {
    options.files = files.front.get();
    return options;
  }

  FileSockets files_;
  std::unique_ptr<loop::Loop> loop_;
  Lane lane_;
};

// Did something happen to the call since this was last asked?
inline bool happened(Call& call) {
  auto changed = call.changed();
  if (!changed.await_ready()) return false;
  changed.await_resume();
  return true;
}

enum class Fate { answered, refused, expired, orphaned, broken };

struct Outcome {
  Fate fate = Fate::broken;
  std::uint16_t status = 0;
  std::string body;
};

// Gives the call what fits of the rest of a body.
inline void feed_rest(Call& call, Bytes& rest) {
  if (rest.empty()) return;
  rest.remove_prefix(call.feed(rest));
  if (rest.empty()) call.end_body(FlowEnd::ended);
}

// Takes what is there of an answer, and says how it stands.
inline FlowEnd take_answer(Call& call, Outcome& outcome) {
  // The end is looked at first: what was written before it is then in sight.
  const FlowEnd end = call.reply_end();
  if (outcome.status == 0) {
    const auto reply = call.take_reply();
    if (!reply) return FlowEnd::broken;
    if (*reply == nullptr) return end == FlowEnd::open ? FlowEnd::open : FlowEnd::broken;
    outcome.status = (*reply)->status;
  }
  for (;;) {
    const Result<Bytes> bytes = call.reply_bytes();
    if (!bytes) return FlowEnd::broken;
    if (bytes->empty()) return end;
    outcome.body.append(*bytes);
    call.consume_reply(bytes->size());
  }
}

// Asks and collects the answer; asks again if the worker dies and the request is still whole.
inline Task<Outcome> ask(Lane& lane, std::string path, std::string body = {}) {
  Outcome outcome;
  const std::optional<std::uint32_t> slot = co_await lane.acquire();
  if (!slot) {
    outcome.fate = Fate::refused;
    co_return outcome;
  }
  Call call(lane, *slot);
  EXPECT_TRUE(call.write_request(TestRequest(path).get(), body.size()));
  Bytes rest = body;
  if (rest.empty()) call.end_body(FlowEnd::ended);
  feed_rest(call, rest);
  call.submit();
  for (;;) {
    co_await call.changed();
    feed_rest(call, rest);
    const FlowEnd end = take_answer(call, outcome);
    if (end == FlowEnd::ended) {
      outcome.fate = Fate::answered;
      co_return outcome;
    }
    if (call.orphaned() && outcome.status == 0 && call.can_resubmit()) {
      call.resubmit();
      continue;
    }
    if (call.expired()) outcome.fate = Fate::expired;
    if (call.orphaned()) outcome.fate = Fate::orphaned;
    if (call.expired() || end == FlowEnd::broken) co_return outcome;
  }
}

inline void write_all(Job& job, Bytes bytes) {
  while (!job.cancelled()) {
    bytes.remove_prefix(job.write(bytes));
    if (bytes.empty()) return;
    job.flush();
    job.wait_for_room();
  }
}

inline void answer(Job& job, Bytes body, std::uint16_t status = 200) {
  EXPECT_TRUE(job.start_reply({.status = status}));
  write_all(job, body);
  job.finish();
}

// Answers with the request's path, then with its body as it comes.
inline void echo(Job& job) {
  EXPECT_TRUE(job.start_reply({}));
  write_all(job, job.request().path);
  while (!job.body_ended() && !job.body_broken() && !job.cancelled()) {
    const Bytes bytes = job.body();
    if (bytes.empty()) {
      job.flush();
      job.wait_for_body();
    }
    write_all(job, bytes);
    job.consume_body(bytes.size());
  }
  job.finish();
}

// A worker process, as threads of this one.
class TestWorker {
 public:
  TestWorker(Segment& segment, std::span<const LaneFds> lanes, std::size_t threads,
             std::function<void(Job&)> work, std::size_t cell = 0, std::uint32_t incarnation = 1)
      : context_{.segment = segment,
                 .lanes = lanes,
                 .worker = cell,
                 .incarnation = incarnation,
                 .threads = threads} {
    for (std::size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this, i, work] {
        Taker taker(context_, i);
        while (!context_.stopping) {
          if (auto job = taker.take()) {
            work(*job);
          } else {
            taker.sleep();
          }
        }
      });
    }
  }
  ~TestWorker() { stop(); }

  void stop() {
    context_.stopping = true;
    context_.ring_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  WorkerContext context_;
  std::vector<std::thread> threads_;
};

}  // namespace coachwhip::exchange
