#include "router/router.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/assert.hpp"

namespace coachwhip::router {
namespace {

using http::Method;
using http::Response;

bool is_below(Bytes path, Bytes mount) {
  return path.starts_with(mount) && (path.size() == mount.size() || path[mount.size()] == '/');
}

Task<Response> answer(Response response) { co_return response; }

}  // namespace

Router::Router(std::vector<Mount> mounts) : mounts_(std::move(mounts)) {
  for (Mount& mount : mounts_) {
    COACHWHIP_ASSERT(mount.path.starts_with('/') && mount.handler != nullptr);
    if (mount.path == "/") mount.path.clear();
    COACHWHIP_ASSERT(!mount.path.ends_with('/'));
  }
  std::ranges::sort(mounts_, std::greater{}, [](const Mount& mount) { return mount.path.size(); });
}

Task<Response> Router::handle(http::Request& request) {
  if (request.method == Method::OPTIONS && request.path == "*") {
    Response response{.status = http::status::no_content};
    response.headers.add(http::HeaderId::allow, http::served_methods);
    return answer(std::move(response));
  }
  if (request.method == Method::CONNECT) {
    return answer(http::make_error(http::status::not_implemented));
  }
  for (const Mount& mount : mounts_) {
    if (!is_below(request.path, mount.path)) continue;
    request.mount_size = mount.path.size();
    return mount.handler->handle(request);
  }
  return answer(http::make_error(http::status::not_found));
}

}  // namespace coachwhip::router
