// TestSite: a handler for tests that answers every path in a way of its own.
#pragma once

#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"
#include "http/handler.hpp"

namespace coachwhip::http1 {

// Suspends whoever awaits it until open() is called.
class Door {
 public:
  auto wait() {
    struct Awaiter {
      Door& door;
      bool await_ready() const { return door.open_; }
      void await_suspend(std::coroutine_handle<> awaiter) { door.waiting_.push_back(awaiter); }
      void await_resume() const {}
    };
    return Awaiter{*this};
  }
  void open() {
    open_ = true;
    for (const auto handle : std::exchange(waiting_, {})) handle.resume();
  }

 private:
  bool open_ = false;
  std::vector<std::coroutine_handle<>> waiting_;
};

// "one", "two", then the end or an error.
class TestSource final : public http::BodySource {
 public:
  TestSource(std::optional<std::uint64_t> length, bool breaks) : length_(length), breaks_(breaks) {}

  Task<Result<Bytes>> read() override {
    const int turn = turn_++;
    if (turn == 0) co_return Bytes("one");
    if (breaks_) co_return fail(ErrorKind::closed);
    if (turn == 1) co_return Bytes("two");
    co_return Bytes{};
  }
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  std::optional<std::uint64_t> length_;
  bool breaks_;
  int turn_ = 0;
};

class TestSite final : public http::Handler {
 public:
  TestSite() { [[maybe_unused]] const auto written = ::write(file_.get(), "0123456789", 10); }

  Task<http::Response> handle(http::Request& request) override {
    if (request.method == http::Method::other) return answer("unknown method");
    if (request.path == "/echo") return echo(request);
    if (request.path == "/one-read") return read_once(request);
    if (request.path == "/door") return wait();
    if (request.path == "/hints") return hint(request);
    if (request.path == "/who") return answer(who(request));
    if (request.path == "/throw") throw std::runtime_error("secret");
    return answer(find_body(request.path));
  }

  Door door;

 private:
  static std::string who(const http::Request& request) {
    std::string text = request.endpoints.peer_host + " " + std::string(request.host) +
                       std::string(request.prefix) + "\n";
    return text.append(request.headers.block());
  }

  http::Body find_body(Bytes path) {
    if (path == "/stream") return std::make_unique<TestSource>(std::nullopt, false);
    if (path == "/broken") return std::make_unique<TestSource>(std::nullopt, true);
    if (path == "/too-long") return std::make_unique<TestSource>(4, false);
    if (path == "/too-short") return std::make_unique<TestSource>(10, false);
    if (path == "/file") return http::FileRange{file_.get(), 2, 5, {}};
    if (path == "/large") return std::string(100'000, 'x') + "end of large";
    return path == "/ignore" ? "ignored" : "hello";
  }

  static Task<http::Response> answer(http::Body body) {
    co_return http::Response{.body = std::move(body)};
  }

  static Task<http::Response> echo(http::Request& request) {
    std::string content;
    for (;;) {
      Result<Bytes> part = co_await request.body.read();
      if (!part) co_return refuse(part.error());
      if (part->empty()) break;
      content += *part;
    }
    co_return http::Response{.body = std::move(content)};
  }

  static http::Response refuse(const Error& error) {
    http::Response response = http::make_error(static_cast<http::Status>(error.number));
    response.close_after = true;
    return response;
  }

  // Takes what is there and does not ask whether there is more.
  static Task<http::Response> read_once(http::Request& request) {
    Result<Bytes> part = co_await request.body.read();
    co_return http::Response{.body = part ? "one" : "failed"};
  }

  // Twice before the body is read, once before the answer.
  static Task<http::Response> hint(http::Request& request) {
    http::Headers hints;
    for (const Bytes link : {"</a>", "</b>"}) {
      hints.add("Link", link);
      if (request.interim != nullptr) request.interim->send_interim(103, hints);
    }
    http::Response response = co_await echo(request);
    if (request.interim != nullptr) request.interim->send_interim(103, hints);
    co_return response;
  }

  Task<http::Response> wait() {
    co_await door.wait();
    co_return http::Response{.body = "opened"};
  }

  UniqueFd file_{::memfd_create("test-site", 0)};
};

}  // namespace coachwhip::http1
