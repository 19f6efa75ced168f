// Router: gives each request to the handler that is mounted at the longest prefix of its path.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/handler.hpp"

namespace coachwhip::router {

struct Mount {
  std::string path;  // "/" or "/path", never with a slash at its end; at most one of a path
  std::unique_ptr<http::Handler> handler;
};

// "/static" takes "/static" and all below "/static/", not "/staticx". The handler sees the matched
// size in Request::mount_size. Requests that concern the server or the way rather than a resource
// end here: OPTIONS * and CONNECT.
class Router final : public http::Handler {
 public:
  explicit Router(std::vector<Mount> mounts);

  Task<http::Response> handle(http::Request& request) override;

 private:
  std::vector<Mount> mounts_;  // longest path first; that of "/" is empty
};

}  // namespace coachwhip::router
