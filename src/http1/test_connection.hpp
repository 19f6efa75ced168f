// For tests: a connection whose client is the test.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <regex>
#include <string>

#include "http1/connection.hpp"
#include "http1/test_site.hpp"
#include "loop/fake_poller.hpp"
#include "net/memory_stream.hpp"

namespace coachwhip::http1 {

using namespace std::chrono_literals;

// Dates differ from run to run.
inline std::string without_dates(const std::string& output) {
  return std::regex_replace(output, std::regex("Date: [^\r]*\r\n"), "");
}

inline std::string answer(const std::string& body, const std::string& fields = "") {
  return "HTTP/1.1 200 OK\r\nServer: coachwhip\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + fields + "\r\n" + body;
}

class Http1Connection : public testing::Test {
 protected:
  // The test ends the connection if nothing else did.
  ~Http1Connection() override {
    if (!serving_) return;
    stream_.reset();
    site_.door.open();
    for (int i = 0; i < 100 && !serving_->done(); ++i) loop_->turn(10s);
    EXPECT_TRUE(serving_->done());
  }

  void serve() {
    if (!connection_) connection_.emplace(stream_, endpoints_, context_);
    serving_.emplace(connection_->serve());
    serving_->start();
  }

  // Lets everything happen that needs no time.
  void settle() {
    for (int i = 0; i < 1000; ++i) loop_->turn(Duration{});
  }

  void pass(Duration time) {
    const TimePoint end = loop_->now() + time;
    while (loop_->now() < end) loop_->turn(end - loop_->now());
    settle();
  }

  // What the client gets for the input, in which it then writes no more.
  std::string talk(const std::string& input) {
    stream_.feed(input);
    stream_.feed_end();
    serve();
    settle();
    EXPECT_TRUE(serving_->done());
    return output();
  }

  std::string output() { return without_dates(stream_.output()); }
  bool has_ended() { return serving_->done(); }

  std::unique_ptr<loop::Loop> loop_ = *loop::Loop::make(std::make_unique<loop::FakePoller>());
  http::Limits limits_;
  TestSite site_;
  Context context_{*loop_, site_, limits_, 1};
  http::Endpoints endpoints_;
  net::MemoryStream stream_{*loop_};
  std::optional<Connection> connection_;
  std::optional<Task<void>> serving_;
};

}  // namespace coachwhip::http1
