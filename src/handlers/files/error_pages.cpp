#include "handlers/files/error_pages.hpp"

#include <algorithm>
#include <utility>

#include "handlers/files/mime_types.hpp"

namespace coachwhip::handlers::files {

using http::HeaderId;
using http::Response;

ErrorPages::ErrorPages(std::vector<ErrorPage> pages, std::unique_ptr<http::Handler> next)
    : pages_(std::move(pages)), next_(std::move(next)) {
  std::ranges::sort(pages_, {}, [](const ErrorPage& page) { return page.last - page.first; });
}

Task<Response> ErrorPages::handle(http::Request& request) {
  Response response = co_await next_->handle(request);
  if (response.is_plain_error) replace_text(response);
  co_return response;
}

void ErrorPages::replace_text(Response& response) {
  const auto page = std::ranges::find_if(pages_, [&](const ErrorPage& one) {
    return one.first <= response.status && response.status <= one.last;
  });
  if (page == pages_.end()) return;
  response.headers.set(HeaderId::content_type, mime_type(page->file_name));
  if (!response.headers.find("X-Content-Type-Options")) {
    response.headers.add("X-Content-Type-Options", "nosniff");
  }
  response.body = http::Lease(page->content, *this, 0);
}

}  // namespace coachwhip::handlers::files
