// The answer with an open file: whole, not modified, or in parts, as the request's fields ask.
#pragma once

#include "handlers/files/open_file.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace coachwhip::handlers::files {

// The method is GET or HEAD. `content_type` takes the place of the file's own, unless it is empty.
http::Response answer_with(OpenFile& file, const http::Request& request, Bytes content_type = {});

// What a client is told if a file cannot be opened, by the errno.
http::Status status_for(int number);

// 200 with all of it, whatever the request's fields ask.
http::Response answer_whole(OpenFile& file, http::Method method, Bytes content_type = {});

}  // namespace coachwhip::handlers::files
