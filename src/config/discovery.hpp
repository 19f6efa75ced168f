// Discovery: which application lies in a folder, when nobody said it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace coachwhip::config {

struct Discovery {
  std::string target;
  std::string reason;  // "manage.py names bookshelf.settings"
};

// manage.py's WSGI application; else wsgi.py, app.py, main.py with a global `application`, `app` or
// `create_app()`. The error lists what was looked for.
Result<Discovery> discover(const std::filesystem::path& folder);

}  // namespace coachwhip::config
