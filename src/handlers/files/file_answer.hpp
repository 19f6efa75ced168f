// The answer with an open file: whole, not modified, or in parts, as the request's fields ask.
#pragma once

#include "handlers/files/open_file.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace coachwhip::handlers::files {

// The method is GET or HEAD.
http::Response answer_with(OpenFile& file, const http::Request& request);

}  // namespace coachwhip::handlers::files
