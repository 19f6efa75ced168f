// AppHandler: hands requests to an application's workers through the exchange and returns their
// answers.
#pragma once

#include <memory>
#include <string>

#include "exchange/call.hpp"
#include "exchange/lane.hpp"
#include "handlers/app/request_feed.hpp"
#include "http/handler.hpp"

namespace coachwhip::handlers::app {

class AppHandler final : public http::Handler {
 public:
  // `name` is for the log. The lane outlives the handler.
  AppHandler(exchange::Lane& lane, std::string name) : lane_(lane), name_(std::move(name)) {}

  Task<http::Response> handle(http::Request& request) override;

 private:
  http::Response answer(const http::Request& request, exchange::Call& call, RequestFeed& feed,
                        const exchange::Reply& reply);
  http::Response file_answer(const http::Request& request, exchange::Call& call,
                             const exchange::Reply& reply);
  static Result<void> pass_on_hints(const http::Request& request, exchange::Call& call);
  http::Response broken(const http::Request& request, const std::string& why);

  exchange::Lane& lane_;
  std::string name_;
};

}  // namespace coachwhip::handlers::app
