#include "handlers/files/file_answer.hpp"

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "handlers/files/byte_ranges_body.hpp"
#include "http/conditional.hpp"
#include "http/range.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::HeaderId;
using http::Method;
using http::Request;
using http::Response;

bool asks_condition_or_range(const http::Headers& headers) {
  return std::ranges::any_of(headers.places(), [](const http::Headers::Place& place) {
    switch (place.id) {
      case HeaderId::if_match:
      case HeaderId::if_modified_since:
      case HeaderId::if_none_match:
      case HeaderId::if_range:
      case HeaderId::if_unmodified_since:
      case HeaderId::range:
        return true;
      default:
        return false;
    }
  });
}

http::Headers fields_with(const OpenFile& file, Bytes content_type) {
  http::Headers fields = file.headers();
  if (!content_type.empty()) fields.set(HeaderId::content_type, content_type);
  return fields;
}

// Of an answer that is not the file's content.
void copy_fields(const OpenFile& file, Response& response, std::initializer_list<HeaderId> ids) {
  for (const HeaderId id : ids) {
    if (const auto value = file.headers().find(id)) response.headers.add(id, *value);
  }
  response.headers.add("X-Content-Type-Options", "nosniff");
}

// What a 200 would say and caches need (RFC 9110 section 15.4.5). With an ETag they look at no
// Last-Modified: that of the content which they have is the same.
Response answer_not_modified(const OpenFile& file) {
  Response response{.status = http::status::not_modified};
  copy_fields(file, response, {HeaderId::etag, HeaderId::cache_control, HeaderId::vary});
  return response;
}

Response refuse_condition(const OpenFile& file) {
  Response response = http::make_error(http::status::precondition_failed);
  copy_fields(file, response, {HeaderId::vary});
  return response;
}

Response refuse_range(const OpenFile& file) {
  Response response = http::make_error(http::status::range_not_satisfiable);
  response.headers.add(HeaderId::content_range, "bytes */" + std::to_string(file.size()));
  copy_fields(file, response, {HeaderId::vary});
  return response;
}

Response answer_part(OpenFile& file, http::ByteRange range, Bytes content_type) {
  Response response{.status = http::status::partial_content,
                    .headers = fields_with(file, content_type)};
  response.headers.add(HeaderId::content_range, http::format_content_range(range, file.size()));
  response.body = file.body(range);
  return response;
}

// Whole where the parts with their heads would be no shorter, and where the file is encoded:
// clients disagree whether a Content-Encoding is that of the parts or of what stands around them.
Response answer_parts(OpenFile& file, const std::vector<http::ByteRange>& ranges,
                      Bytes content_type) {
  const bool is_encoded = file.headers().find(HeaderId::content_encoding).has_value();
  if (is_encoded) return answer_whole(file, Method::GET, content_type);
  auto parts = std::make_unique<ByteRangesBody>(file, ranges, content_type);
  if (parts->length() >= file.size()) return answer_whole(file, Method::GET, content_type);
  Response response{.status = http::status::partial_content, .headers = file.headers()};
  response.headers.set(HeaderId::content_type, parts->content_type());
  response.body = std::move(parts);
  return response;
}

// A second Range field makes the first one meaningless (RFC 9110 section 5.3).
bool asks_range(const Request& request, const OpenFile& file) {
  http::Validators validators = file.validators();
  // All forms of a file have one date: the client may have a part of another one.
  if (file.headers().find(HeaderId::vary)) validators.last_modified = {};
  return request.method == Method::GET && request.headers.count(HeaderId::range) == 1 &&
         http::allows_range(request.headers, validators);
}

// In the order of RFC 9110 section 13.2.2: conditions first, then the range, which only GET has.
Response answer_carefully(OpenFile& file, const Request& request, Bytes content_type) {
  switch (http::evaluate(request.method, request.headers, file.validators())) {
    case http::Precondition::failed:
      return refuse_condition(file);
    case http::Precondition::not_modified:
      return answer_not_modified(file);
    case http::Precondition::proceed:
      break;
  }
  if (!asks_range(request, file)) return answer_whole(file, request.method, content_type);
  const auto asked = http::parse_ranges(*request.headers.find(HeaderId::range), file.size());
  if (std::holds_alternative<http::NotSatisfiable>(asked)) return refuse_range(file);
  const auto* ranges = std::get_if<std::vector<http::ByteRange>>(&asked);
  if (ranges == nullptr) return answer_whole(file, request.method, content_type);
  return ranges->size() == 1 ? answer_part(file, ranges->front(), content_type)
                             : answer_parts(file, *ranges, content_type);
}

}  // namespace

Response answer_with(OpenFile& file, const Request& request, Bytes content_type) {
  if (asks_condition_or_range(request.headers)) {
    return answer_carefully(file, request, content_type);
  }
  return answer_whole(file, request.method, content_type);
}

http::Status status_for(int number) {
  switch (number) {
    case ENOENT:
      return http::status::not_found;
    case EACCES:
    case EPERM:
      return http::status::forbidden;
    case EAGAIN:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return http::status::service_unavailable;
    default:
      return http::status::internal_server_error;
  }
}

Response answer_whole(OpenFile& file, Method method, Bytes content_type) {
  Response response;
  response.headers = fields_with(file, content_type);
  if (method == Method::HEAD) {
    response.content_length = file.size();
  } else {
    response.body = file.body({0, file.size()});
  }
  return response;
}

}  // namespace coachwhip::handlers::files
