// Files: a served folder, asked as a client would.
#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "handlers/files/files_handler.hpp"
#include "handlers/files/test_folder.hpp"

namespace coachwhip::handlers::files {

struct Call {
  std::string path;
  http::Method method = http::Method::GET;
  std::vector<std::pair<http::HeaderId, std::string>> fields = {};
  std::string query = {};
  std::string mount = {};
  std::string prefix = {};
  std::vector<std::pair<std::string, std::string>> other_fields = {};
};

// Answers what a test says.
class Told final : public http::Handler {
 public:
  explicit Told(std::function<http::Response()> make) : make_(std::move(make)) {}
  Task<http::Response> handle(http::Request&) override { co_return make_(); }

 private:
  std::function<http::Response()> make_;
};

class Files : public testing::Test {
 protected:
  void SetUp() override {
    auto made = FilesHandler::make(folder_.path());
    ASSERT_TRUE(made) << made.error().message;
    handler_ = std::move(*made);
  }

  http::Response ask(const Call& call) {
    http::Headers headers;
    for (const auto& [id, value] : call.fields) headers.add(id, value);
    for (const auto& [name, value] : call.other_fields) headers.add(name, value);
    http::EmptyBody body;
    const http::Endpoints endpoints;
    http::Request request{.method = call.method,
                          .method_text = http::text(call.method),
                          .target = call.path,
                          .raw_path = call.path,
                          .query = call.query,
                          .path = call.path,
                          .prefix = call.prefix,
                          .mount_size = call.mount.size(),
                          .host = {},
                          .headers = headers,
                          .body = body,
                          .endpoints = endpoints,
                          .began = now_};
    Task<http::Response> task = handler_->handle(request);
    task.start();
    return task.take();
  }
  http::Response get(const std::string& path) { return ask({path}); }
  int status(const std::string& path) { return get(path).status; }

  TestFolder folder_;
  std::unique_ptr<http::Handler> handler_;
  TimePoint now_{std::chrono::hours(1)};
};

// What the body holds; a source is read to its end, or to "(failed)".
inline std::string content(const http::Response& response) {
  if (const auto* source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body)) {
    std::string read;
    for (;;) {
      Task<Result<Bytes>> reading = (*source)->read();
      reading.start();
      const Result<Bytes> piece = reading.take();
      if (!piece) return read + "(failed)";
      if (piece->empty()) return read;
      read += *piece;
    }
  }
  if (const auto* lease = std::get_if<http::Lease>(&response.body)) {
    return std::string(lease->bytes());
  }
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  const auto* range = std::get_if<http::FileRange>(&response.body);
  if (range == nullptr) return {};
  std::string read(range->count, '\0');
  EXPECT_EQ(::pread(range->file, read.data(), read.size(), static_cast<off_t>(range->offset)),
            static_cast<ssize_t>(range->count));
  return read;
}

inline std::string field(const http::Response& response, http::HeaderId id) {
  return std::string(response.headers.find(id).value_or("(none)"));
}

}  // namespace coachwhip::handlers::files
