#include "handlers/files/files_handler.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <variant>

#include "base/log.hpp"
#include "http/conditional.hpp"
#include "http/uri.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::HeaderId;
using http::Method;
using http::Request;
using http::Response;

constexpr Bytes allowed_methods = "GET, HEAD, OPTIONS";

// May a path be looked up at all? An empty segment would give a file a second name.
bool is_public(Bytes path) {
  if (!path.starts_with('/') || path.contains('\0') || path.contains("//")) return false;
  return !is_hidden(path.substr(1));
}

// Built from the decoded path: the path as sent may start with what browsers take for another host,
// as in
// "/\host/%2e%2e/folder".
Response redirect_to_folder(const Request& request) {
  std::string location = http::encode_path(request.prefix) + http::encode_path(request.path) + '/';
  if (!request.query.empty()) location.append("?").append(request.query);
  return http::make_redirect(location);
}

Response refuse(const Request& request, int number) {
  switch (number) {
    case EISDIR:
      return redirect_to_folder(request);
    case ENOENT:
      return http::make_error(http::status::not_found);
    case EACCES:
    case EPERM:
      return http::make_error(http::status::forbidden);
    case EAGAIN:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return http::make_error(http::status::service_unavailable);
    default: {
      const std::string what = "cannot read the file for " + std::string(request.path);
      log::error(fail_errno(what, number).error().message);
      return http::make_error(http::status::internal_server_error);
    }
  }
}

Response refuse_method(const Request& request) {
  Response response = request.method == Method::OPTIONS
                          ? Response{.status = http::status::no_content}
                          : http::make_error(http::status::method_not_allowed);
  response.headers.add(HeaderId::allow, allowed_methods);
  return response;
}

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

Response answer_whole(OpenFile& file, Method method) {
  Response response;
  response.headers = file.headers();
  if (method == Method::HEAD) {
    response.content_length = file.size();
  } else {
    response.body = file.body({0, file.size()});
  }
  return response;
}

Response answer_not_modified(const OpenFile& file) {
  Response response{.status = http::status::not_modified};
  for (const HeaderId id : {HeaderId::etag, HeaderId::last_modified}) {
    if (const auto value = file.headers().find(id)) response.headers.add(id, *value);
  }
  return response;
}

Response answer_part(OpenFile& file, http::ByteRange range) {
  Response response{.status = http::status::partial_content, .headers = file.headers()};
  response.headers.add(HeaderId::content_range, "bytes " + std::to_string(range.first) + '-' +
                                                    std::to_string(range.first + range.count - 1) +
                                                    '/' + std::to_string(file.size()));
  response.body = file.body(range);
  return response;
}

Response refuse_range(const OpenFile& file) {
  Response response = http::make_error(http::status::range_not_satisfiable);
  response.headers.add(HeaderId::content_range, "bytes */" + std::to_string(file.size()));
  return response;
}

// In the order of RFC 9110 section 13.2.2: conditions first, then the range, which only GET has.
Response answer_carefully(OpenFile& file, const Request& request) {
  const http::Headers& headers = request.headers;
  switch (http::evaluate(request.method, headers, file.validators())) {
    case http::Precondition::failed:
      return http::make_error(http::status::precondition_failed);
    case http::Precondition::not_modified:
      return answer_not_modified(file);
    case http::Precondition::proceed:
      break;
  }
  const std::optional<Bytes> value = headers.find(HeaderId::range);
  if (value && request.method == Method::GET && http::allows_range(headers, file.validators())) {
    const auto range = http::parse_range(*value, file.size());
    if (const auto* part = std::get_if<http::ByteRange>(&range)) return answer_part(file, *part);
    if (std::holds_alternative<http::NotSatisfiable>(range)) return refuse_range(file);
  }
  return answer_whole(file, request.method);
}

}  // namespace

Result<std::unique_ptr<FilesHandler>> FilesHandler::make(std::string folder, FilesOptions options) {
  Result<Folder> opened = Folder::open(std::move(folder));
  if (!opened) return pass(std::move(opened.error()));
  return std::unique_ptr<FilesHandler>(new FilesHandler(std::move(*opened), std::move(options)));
}

FilesHandler::FilesHandler(Folder folder, FilesOptions options)
    : index_(std::move(options.index)), cache_(std::move(folder), options.cache) {}

Task<Response> FilesHandler::handle(Request& request) { co_return answer(request); }

Response FilesHandler::answer(const Request& request) {
  if (request.method != Method::GET && request.method != Method::HEAD) {
    return refuse_method(request);
  }
  const Result<OpenFile*> file = open(request.path_after_mount(), request.began);
  if (!file) return refuse(request, file.error().number);
  if (asks_condition_or_range(request.headers)) return answer_carefully(**file, request);
  return answer_whole(**file, request.method);
}

Result<OpenFile*> FilesHandler::open(Bytes path, TimePoint now) {
  if (OpenFile* file = cache_.find(path, now)) return file;
  if (path.empty()) return fail(ErrorKind::io, EISDIR);  // the mount itself, without its slash
  if (!is_public(path)) return fail(ErrorKind::io, ENOENT);
  std::string name(path.substr(1));
  const bool names_folder = path.ends_with('/');
  if (names_folder) name += index_;
  Result<OpenFile*> file = cache_.load(path, std::move(name), now);
  // A folder that has the index's name is no file to answer with, and its redirect would not end.
  if (!file && names_folder && file.error().number == EISDIR) file.error().number = ENOENT;
  return file;
}

}  // namespace coachwhip::handlers::files
