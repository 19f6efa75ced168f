#include "handlers/app/app_handler.hpp"

#include <sys/stat.h>
#include <utility>

#include "base/log.hpp"
#include "handlers/app/reply_body.hpp"
#include "handlers/app/request_feed.hpp"

namespace coachwhip::handlers::app {
namespace {

using exchange::Call;
using exchange::FlowEnd;
using exchange::Reply;
using http::Response;

constexpr int attempts_max = 3;

// What a client that failed in the middle of its request is told.
Response body_failed(const Error& error) {
  const auto status = error.number >= 400                  ? static_cast<http::Status>(error.number)
                      : error.kind == ErrorKind::timed_out ? http::status::request_timeout
                                                           : http::status::bad_request;
  Response response = status == http::status::service_unavailable
                          ? http::make_unavailable(error.message)
                          : http::make_error(status, error.message);
  response.close_after = true;
  return response;
}

Response with_head_of(const Reply& reply) {
  Response response{.status = reply.status, .headers = reply.headers};
  response.reason = reply.reason;
  response.close_after = reply.close_after;
  return response;
}

// What the application allows nobody knows but itself; TRACE it is never asked.
Response refuse_trace() {
  Response response = http::make_error(http::status::method_not_allowed);
  response.headers.add(http::HeaderId::allow, http::served_methods);
  return response;
}

}  // namespace

Response AppHandler::broken(const http::Request& request, const std::string& why) {
  log::error(name_ + ": request " + http::format_request_id(request.id) + ": " + why);
  return http::make_error(http::status::bad_gateway,
                          "The application stopped while it was answering. Request id: " +
                              http::format_request_id(request.id));
}

Response AppHandler::file_answer(const http::Request& request, Call& call, const Reply& reply) {
  auto file = std::make_shared<UniqueFd>(call.take_file());
  struct stat status{};
  if (!*file || ::fstat(file->get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return broken(request, "its worker passed no file");
  }
  Response response = with_head_of(reply);
  const int descriptor = file->get();
  response.body = http::FileRange{descriptor, reply.file_offset, reply.file_count, std::move(file)};
  return response;
}

Response AppHandler::answer(const http::Request& request, Call& call, RequestFeed& feed,
                            const Reply& reply) {
  if (reply.kind == exchange::ReplyKind::file) {
    return file_answer(request, call, reply);
  }
  Response response = with_head_of(reply);
  response.content_length = reply.content_length;
  if (request.method == http::Method::HEAD || http::never_has_content(reply.status))
    return response;
  if (call.is_whole()) {
    http::Lease lease = call.into_lease();
    if (!reply.content_length || *reply.content_length == lease.bytes().size()) {
      response.body = std::move(lease);
      return response;
    }
    return broken(request, "its answer is shorter or longer than it said");
  }
  response.body = std::make_unique<ReplyBody>(std::move(call), std::move(feed),
                                              reply.content_length);
  return response;
}

// What comes before the answer goes to the client at once.
Result<void> AppHandler::pass_on_hints(const http::Request& request, Call& call) {
  auto all = call.take_hints();
  if (!all) return pass(std::move(all.error()));
  for (const http::Headers& hints : *all) {
    if (request.interim == nullptr) break;
    request.interim->send_interim(http::status::early_hints, hints);
  }
  return {};
}

Task<Response> AppHandler::handle(http::Request& request) {
  if (request.method == http::Method::TRACE) co_return refuse_trace();
  RequestFeed feed(request.body);
  if (!feed.ended()) {
    Result<void> collected = co_await feed.collect();
    if (!collected) co_return body_failed(collected.error());
  }
  std::optional<std::uint32_t> slot = co_await lane_.acquire();
  if (!slot) co_return http::make_unavailable("Too many requests are waiting.");
  Call call(lane_, *slot);
  const Result<void> written = call.write_request(request, feed.length());
  if (!written) {
    co_return http::make_error(http::status::header_fields_too_large, written.error().message);
  }
  feed.push(call);
  call.submit();
  for (int attempt = 1;;) {
    co_await call.changed();
    // The end is looked at first: what was stated before it is then in sight.
    const FlowEnd end = call.reply_end();
    const Result<const Reply*> reply = call.take_reply();
    if (!reply) co_return broken(request, reply.error().message);
    if (call.has_hints()) {
      const Result<void> passed_on = pass_on_hints(request, call);
      if (!passed_on) co_return broken(request, passed_on.error().message);
    }
    if (*reply != nullptr) co_return answer(request, call, feed, **reply);
    if (call.expired()) co_return http::make_unavailable("No worker was free in time.");
    if (call.orphaned() && http::is_idempotent(request.method) && call.can_resubmit() &&
        attempt++ < attempts_max) {
      call.resubmit();
      continue;
    }
    if (call.orphaned() || end != FlowEnd::open) {
      co_return broken(request, "its worker ended without an answer");
    }
    if (!feed.ended()) co_await feed.feed(call);
  }
}

}  // namespace coachwhip::handlers::app
