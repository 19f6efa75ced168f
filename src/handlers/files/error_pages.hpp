// ErrorPages: the operator's pages in the place of the server's own short texts about errors.
#pragma once

#include <string>
#include <vector>

#include "http/handler.hpp"

namespace coachwhip::handlers::files {

struct ErrorPage {
  http::Status first = 0;  // of the statuses that it is for
  http::Status last = 0;
  std::string file_name;  // tells the type
  std::string content;
};

// Status and fields of an answer stay, but for those about the text that is replaced. What an
// application answers is its own, whatever its status.
class ErrorPages final : public http::Handler, private http::Lease::Owner {
 public:
  // Of several pages for a status that for the fewest statuses counts. Outlives all answers.
  ErrorPages(std::vector<ErrorPage> pages, std::unique_ptr<http::Handler> next);

  Task<http::Response> handle(http::Request& request) override;

 private:
  void replace_text(http::Response& response);
  void end_lease(std::uint64_t) override {}

  std::vector<ErrorPage> pages_;
  std::unique_ptr<http::Handler> next_;
};

}  // namespace coachwhip::handlers::files
