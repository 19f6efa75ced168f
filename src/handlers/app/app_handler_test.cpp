// The handler, a lane, and worker threads that take from it, in one process.
#include "handlers/app/app_handler.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exchange/test_exchange.hpp"

namespace coachwhip::handlers::app {
namespace {

using exchange::FlowEnd;
using exchange::Job;
using exchange::ring_bytes;
using http::HeaderId;
using http::Method;
using http::Response;
using http::status::bad_gateway;

// A body that is not complete before the worker is asked.
constexpr std::size_t flowing_bytes = (16 << 20) + ring_bytes;

// A request's body in portions of a given size; may fail at its end.
class Upload final : public http::BodySource {
 public:
  explicit Upload(std::string content, std::size_t portion = 10'000)
      : content_(std::move(content)), rest_(content_), portion_(portion) {}

  void fail_at_the_end(Error error) { error_ = std::move(error); }
  void hide_the_length() { is_length_known_ = false; }

  Task<Result<Bytes>> read() override {
    if (rest_.empty() && error_) co_return std::unexpected<Error>(*error_);
    const Bytes part = rest_.substr(0, portion_);
    rest_.remove_prefix(part.size());
    co_return part;
  }
  std::optional<std::uint64_t> length() const override {
    if (!is_length_known_) return std::nullopt;
    return content_.size() + (error_ ? 1 : 0);
  }

 private:
  std::string content_;
  Bytes rest_;
  std::size_t portion_;
  std::optional<Error> error_;
  bool is_length_known_ = true;
};

class TestRequest {
 public:
  TestRequest(Method method, std::string path, http::BodySource& body)
      : path_(std::move(path)),
        request_{.method = method,
                 .method_text = http::text(method),
                 .target = path_,
                 .raw_path = path_,
                 .query = {},
                 .path = path_,
                 .host = {},
                 .headers = headers_,
                 .body = body,
                 .endpoints = endpoints_,
                 .began = {},
                 .id = 7} {}

  http::Request& get() { return request_; }
  void take_interim(http::Interim& interim) { request_.interim = &interim; }

 private:
  std::string path_;
  http::Headers headers_;
  http::Endpoints endpoints_;
  http::Request request_;
};

// The fields of all early hints.
class Hints final : public http::Interim {
 public:
  void send_interim(http::Status status, const http::Headers& fields) override {
    EXPECT_EQ(status, http::status::early_hints);
    text += std::string(fields.block()) + "\n";
  }

  std::string text;
};

// What a client would get.
struct Answer {
  http::Status status = 0;
  std::string body;
  bool is_complete = false;
  std::optional<std::uint64_t> length;
};

Task<Answer> ask(http::Handler& handler, http::Request& request) {
  Response response = co_await handler.handle(request);
  Answer answer{response.status, {}, true, {}};
  answer.length = response.content_length ? response.content_length : http::length(response.body);
  if (const auto* text = std::get_if<std::string>(&response.body)) answer.body = *text;
  if (const auto* lease = std::get_if<http::Lease>(&response.body)) answer.body = lease->bytes();
  if (const auto* range = std::get_if<http::FileRange>(&response.body)) {
    answer.body.resize(range->count);
    const auto offset = static_cast<off_t>(range->offset);
    answer.is_complete = ::pread(range->file, answer.body.data(), range->count, offset) ==
                         static_cast<ssize_t>(range->count);
  }
  auto* const source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body);
  while (source != nullptr) {
    Result<Bytes> part = co_await (*source)->read();
    answer.is_complete = part.has_value();
    if (!part || part->empty()) break;
    answer.body += *part;
  }
  co_return answer;
}

class App : public testing::Test {
 protected:
  ~App() override {
    workers_.clear();
    front_.look();
  }

  void start_worker(std::function<void(Job&)> work, std::size_t cell = 0, std::size_t threads = 1) {
    workers_.push_back(
        std::make_unique<exchange::TestWorker>(segment_, fds_, threads, std::move(work), cell));
  }

  Answer send(Method method, const std::string& path, http::BodySource& body) {
    TestRequest request(method, path, body);
    Task<Answer> asking = ask(handler_, request.get());
    asking.start();
    front_.turn_until([&] { return asking.done(); });
    return asking.take();
  }
  // As the handler returns it.
  Response answer(Method method) {
    http::EmptyBody none;
    TestRequest request(method, "/", none);
    Task<Response> asking = handler_.handle(request.get());
    asking.start();
    front_.turn_until([&] { return asking.done(); });
    return asking.take();
  }
  Answer get(const std::string& path = "/") {
    http::EmptyBody none;
    return send(Method::GET, path, none);
  }
  Answer post(http::BodySource& body) { return send(Method::POST, "/", body); }

  void expect_all_free() {
    front_.turn_until([this] { return front_.lane().busy() == 0; });
  }

  exchange::Segment segment_ = *exchange::Segment::create({.lanes = 1, .slots_per_lane = 64});
  exchange::TestFront front_{segment_, {.queue_timeout = std::chrono::milliseconds(300)}};
  std::array<exchange::LaneFds, 1> fds_{front_.fds()};
  AppHandler handler_{front_.lane(), "test:app"};
  std::vector<std::unique_ptr<exchange::TestWorker>> workers_;
};

TEST_F(App, AnAnswerIsPassedOn) {
  start_worker([](Job& job) {
    EXPECT_EQ(job.request().path, "/path");
    EXPECT_EQ(job.request().id, 7U);
    exchange::answer(job, "content", 203);
  });
  const Answer answer = get("/path");
  EXPECT_EQ(answer.status, 203);
  EXPECT_EQ(answer.body, "content");
  expect_all_free();
}

TEST_F(App, BodiesOfAnySizeGoThereAndBack) {
  start_worker(exchange::echo);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, ring_bytes - 2, ring_bytes - 1,
                                 ring_bytes, ring_bytes + 1, 3 * ring_bytes, 50 * ring_bytes}) {
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 / 7);
    Upload body(content);
    const Answer answer = post(body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.is_complete);
    EXPECT_TRUE(answer.body == "/" + content) << size;
  }
  expect_all_free();
}

TEST_F(App, ASmallBodyOfUnknownLengthGetsOne) {
  start_worker([](Job& job) {
    const auto length = job.request().content_length;
    exchange::answer(job, length ? std::to_string(*length) : "unknown");
  });
  Upload small("four");
  small.hide_the_length();
  EXPECT_EQ(post(small).body, "4");
  Upload large(std::string(flowing_bytes, 'x'));
  large.hide_the_length();
  EXPECT_EQ(post(large).body, "unknown");
}

TEST_F(App, AClientThatFailsInASmallBodyTroublesNoWorker) {
  start_worker([](Job&) { FAIL(); });
  Upload body("half");
  body.fail_at_the_end({ErrorKind::timed_out, 408, "slow"});
  EXPECT_EQ(post(body).status, 408);
  Upload malformed("half");
  malformed.fail_at_the_end({ErrorKind::bad_input, 400, "bad chunk"});
  EXPECT_EQ(post(malformed).status, 400);
  EXPECT_EQ(front_.lane().busy(), 0U);
}

TEST_F(App, AClientThatFailsInALargeBodyIsKnownToTheWorker) {
  std::atomic<bool> was_broken = false;
  start_worker([&](Job& job) {
    while (!job.body_broken() && !job.body_ended()) {
      job.consume_body(job.body().size());
      job.wait_for_body();
    }
    was_broken = job.body_broken();
    job.finish(FlowEnd::broken);
  });
  Upload body(std::string(flowing_bytes, 'x'));
  body.fail_at_the_end({ErrorKind::closed, 0, "gone"});
  EXPECT_EQ(post(body).status, bad_gateway);
  EXPECT_TRUE(was_broken);
  expect_all_free();
}

TEST_F(App, AFileIsPassedOn) {
  const UniqueFd file(::memfd_create("answer", 0));
  ASSERT_EQ(::write(file.get(), "0123456789", 10), 10);
  start_worker([&](Job& job) {
    EXPECT_TRUE(job.pass_file(file.get()));
    EXPECT_TRUE(job.start_reply({.kind = exchange::ReplyKind::file,
                                 .content_length = 5,
                                 .file_offset = 2,
                                 .file_count = 5,
                                 .reason = {},
                                 .header_block = {}}));
    job.finish();
  });
  const Answer answer = get();
  EXPECT_EQ(answer.body, "23456");
  EXPECT_TRUE(answer.is_complete);
}

TEST_F(App, AFileThatWasNotPassedIsABadGateway) {
  start_worker([](Job& job) {
    EXPECT_TRUE(job.start_reply({.kind = exchange::ReplyKind::file,
                                 .content_length = 5,
                                 .file_count = 5,
                                 .reason = {},
                                 .header_block = {}}));
    job.finish();
  });
  EXPECT_EQ(get().status, bad_gateway);
  expect_all_free();
}

TEST_F(App, AnAnswerWithoutAHeadIsABadGateway) {
  start_worker([](Job& job) { job.finish(FlowEnd::broken); });
  const Answer answer = get();
  EXPECT_EQ(answer.status, bad_gateway);
  EXPECT_NE(answer.body.find("Request id: 0000000000000007"), std::string::npos);
  expect_all_free();
}

TEST_F(App, AnAnswerThatBreaksOffIsNotComplete) {
  start_worker([](Job& job) {
    EXPECT_TRUE(job.start_reply({}));
    exchange::write_all(job, std::string(2 * ring_bytes, 'x'));
    job.finish(FlowEnd::broken);
  });
  const Answer answer = get();
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.is_complete);
  expect_all_free();
}

TEST_F(App, AnAnswerOfAnotherLengthThanItSaidIsABadGateway) {
  start_worker([](Job& job) {
    EXPECT_TRUE(job.start_reply({.content_length = 10, .reason = {}, .header_block = {}}));
    exchange::write_all(job, "short");
    job.finish();
  });
  EXPECT_EQ(get().status, bad_gateway);
  expect_all_free();
}

TEST_F(App, AnAnswerToHeadSaysItsLengthAndHasNoContent) {
  start_worker([](Job& job) {
    EXPECT_TRUE(job.start_reply({.content_length = 10, .reason = {}, .header_block = {}}));
    job.finish();
  });
  http::EmptyBody none;
  const Answer answer = send(Method::HEAD, "/", none);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.length, 10U);
  EXPECT_EQ(answer.body, "");
  expect_all_free();
}

TEST_F(App, EarlyHintsComeBeforeTheAnswer) {
  std::atomic<bool> is_seen = false;
  start_worker([&](Job& job) {
    EXPECT_EQ(job.send_hints("Link: </a>\r\nTE: x\r\n"), true);
    while (!is_seen) std::this_thread::yield();
    EXPECT_EQ(job.send_hints("Link: </b>\r\n"), true);
    EXPECT_EQ(job.send_hints(""), true);
    exchange::answer(job, "content");
  });
  http::EmptyBody none;
  Hints hints;
  TestRequest request(Method::GET, "/", none);
  request.take_interim(hints);
  Task<Answer> asking = ask(handler_, request.get());
  asking.start();
  front_.turn_until([&] { return !hints.text.empty(); });
  EXPECT_EQ(hints.text, "Link: </a>\r\n\n");
  is_seen = true;
  front_.turn_until([&] { return asking.done(); });
  EXPECT_EQ(asking.take().body, "content");
  EXPECT_EQ(hints.text, "Link: </a>\r\n\nLink: </b>\r\n\n\n");
  expect_all_free();
}

TEST_F(App, EarlyHintsThatNobodyWantsChangeNothing) {
  const std::string field = "X: " + std::string(30'000, 'x') + "\r\n";
  start_worker([&](Job& job) {
    for (int i = 0; i < 5; ++i) {
      while (!*job.send_hints(field)) job.wait_for_room(field.size() + sizeof(exchange::HintsSize));
    }
    exchange::echo(job);
  });
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, ring_bytes, 3 * ring_bytes}) {
    Upload body(std::string(size, 'x'));
    const Answer answer = post(body);
    EXPECT_TRUE(answer.is_complete);
    EXPECT_EQ(answer.body, "/" + std::string(size, 'x'));
  }
  expect_all_free();
}

TEST_F(App, EarlyHintsTooLargeForTheirPlaceAreRefused) {
  start_worker([](Job& job) {
    const auto sent = job.send_hints(std::string(exchange::reply_head_bytes + 1, 'x'));
    exchange::answer(job, sent ? "sent" : sent.error().message);
  });
  EXPECT_EQ(get().body, "the early hints take 32769 bytes; at most 32768 are possible");
}

TEST_F(App, MalformedEarlyHintsAreABadGateway) {
  for (const Bytes lie : {"X: a\nb\r\n", "X : a\r\n", "X"}) {
    start_worker([lie](Job& job) {
      EXPECT_EQ(job.send_hints(lie), true);
      exchange::answer(job, "content");
    });
    EXPECT_EQ(get().status, bad_gateway) << lie;
    workers_.clear();
  }
  start_worker([](Job& job) {
    job.write("\xff\xff\xff\xff");
    exchange::answer(job, "content");
  });
  EXPECT_EQ(get().status, bad_gateway);
  expect_all_free();
}

TEST_F(App, AnApplicationIsNotAskedToTrace) {
  const Response response = answer(Method::TRACE);
  EXPECT_EQ(response.status, http::status::method_not_allowed);
  EXPECT_EQ(response.headers.find(HeaderId::allow), http::served_methods);
}

TEST_F(App, WithoutAFreeWorkerItIsUnavailableInTheEnd) {
  const Response response = answer(Method::GET);
  EXPECT_EQ(response.status, http::status::service_unavailable);
  EXPECT_EQ(response.headers.find("Retry-After"), "1");
  EXPECT_EQ(front_.lane().busy(), 0U);
}

TEST_F(App, ARequestTooLargeForASlotIsRefused) {
  EXPECT_EQ(get("/" + std::string(100'000, 'x')).status, http::status::header_fields_too_large);
  EXPECT_EQ(front_.lane().busy(), 0U);
}

// A worker that claims a request and is never heard of again.
class AppWithADyingWorker : public App {
 protected:
  Answer ask_the_dying(Method method, const std::string& path, bool begins = false,
                       bool hints = false) {
    exchange::WorkerContext context{
        .segment = segment_, .lanes = fds_, .worker = 1, .incarnation = 1};
    exchange::Taker taker(context, 0);
    Upload body("body");
    TestRequest request(method, path, body);
    Task<Answer> asking = ask(handler_, request.get());
    asking.start();
    std::optional<Job> job = taker.take();
    EXPECT_TRUE(job);
    if (hints) {
      EXPECT_EQ(job->send_hints("X: y\r\n"), true);
      front_.look();
    }
    if (begins) {
      EXPECT_TRUE(job->start_reply({}));
      job->write("begun");
      job->flush();
      front_.look();
    }
    segment_.worker(1).owner.store(0);
    front_.lane().worker_gone(exchange::make_owner(1, 1));
    start_worker(exchange::echo);
    front_.turn_until([&] { return asking.done(); });
    return asking.take();
  }
};

TEST_F(AppWithADyingWorker, AnIdempotentRequestIsGivenToAnother) {
  const Answer answer = ask_the_dying(Method::PUT, "/again");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "/againbody");
}

TEST_F(AppWithADyingWorker, EarlyHintsAreNoAnswer) {
  EXPECT_EQ(ask_the_dying(Method::PUT, "/again", false, true).body, "/againbody");
}

TEST_F(AppWithADyingWorker, APostIsNot) {
  EXPECT_EQ(ask_the_dying(Method::POST, "/once").status, bad_gateway);
}

TEST_F(AppWithADyingWorker, AnAnswerThatWasBegunIsCut) {
  const Answer answer = ask_the_dying(Method::GET, "/begun", true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.is_complete);
}

}  // namespace
}  // namespace coachwhip::handlers::app
