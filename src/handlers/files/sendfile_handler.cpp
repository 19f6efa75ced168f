#include "handlers/files/sendfile_handler.hpp"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <utility>

#include "base/log.hpp"
#include "handlers/files/file_answer.hpp"
#include "handlers/files/hidden_name.hpp"
#include "http/uri.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::Field;
using http::HeaderId;
using http::Method;
using http::Request;
using http::Response;

constexpr Bytes redirect_name = "X-Accel-Redirect";
constexpr Bytes sendfile_name = "X-Sendfile";
constexpr Bytes accel_prefix = "X-Accel-";
constexpr Bytes options_name = "X-Content-Type-Options";

// What follows the prefix and its slash, with this slash; nullopt if the path is not below it.
std::optional<std::string> path_below(Bytes path, Bytes prefix) {
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!path.starts_with(prefix) || !path.substr(prefix.size()).starts_with('/')) {
    return std::nullopt;
  }
  return std::string(path.substr(prefix.size()));
}

bool is_instruction(Bytes name) {
  return equal_ignoring_case(name, sendfile_name) ||
         equal_ignoring_case(name.substr(0, accel_prefix.size()), accel_prefix);
}

// Of the content that is not sent, or the file's own to say.
bool is_replaced(const Field& field) {
  switch (field.id) {
    case HeaderId::accept_ranges:
    case HeaderId::content_encoding:
    case HeaderId::content_length:
    case HeaderId::content_range:
    case HeaderId::content_type:
    case HeaderId::etag:
    case HeaderId::last_modified:
      return true;
    default:
      return is_instruction(field.name);
  }
}

// The application's fields beside the file's, and in the place of one that may be there once.
void add_fields(Response& answer, const http::Headers& of_application) {
  for (std::size_t i = 0; i < of_application.size(); ++i) {
    const Field field = of_application[i];
    if (is_replaced(field)) continue;
    if (equal_ignoring_case(field.name, options_name)) {
      answer.headers.keep_if(
          [](const Field& own) { return !equal_ignoring_case(own.name, options_name); });
    }
    answer.headers.add(field.name, field.value);
  }
}

Response refuse(const Request& request, Bytes named, http::Status status, std::string_view why) {
  const std::string id = http::format_request_id(request.id);
  std::string line = "request " + id + ": the application named the file '";
  log::error(line.append(named).append("': ").append(why));
  const std::string detail = "Request id: " + id;
  if (status == http::status::service_unavailable) return http::make_unavailable(detail);
  return http::make_error(status, detail);
}

Response refuse(const Request& request, Bytes named, int number) {
  return refuse(request, named, status_for(number == EISDIR ? ENOENT : number),
                fail_errno("it cannot be sent", number).error().message);
}

// Conditions and ranges are for what would be a success without them (RFC 9110 section 13.2.1).
Response answer_in_place_of(const Response& response, OpenFile& file, const Request& request) {
  const Bytes type = response.headers.find(HeaderId::content_type).value_or(Bytes());
  const bool is_success = response.status == http::status::ok ||
                          response.status == http::status::partial_content;
  const bool reads = request.method == Method::GET || request.method == Method::HEAD;
  Response answer = is_success && reads ? answer_with(file, request, type)
                                        : answer_whole(file, request.method, type);
  if (!is_success) {
    answer.status = response.status;
    answer.reason = response.reason;
  }
  answer.close_after = response.close_after;
  add_fields(answer, response.headers);
  return answer;
}

}  // namespace

Result<std::unique_ptr<http::Handler>> SendfileHandler::make(const std::vector<SendfileRoot>& roots,
                                                             std::size_t files_max,
                                                             std::unique_ptr<http::Handler> next) {
  std::unique_ptr<SendfileHandler> made(new SendfileHandler(std::move(next)));
  for (const SendfileRoot& root : roots) {
    Result<Folder> folder = Folder::open(root.folder);
    if (!folder) return pass(std::move(folder.error()));
    // Whether they may be kept is the application's to say: they are often for one client alone.
    CacheControl nothing_said("", {{"**", ""}});
    // The application may have written the file for this very request.
    const CacheLimits limits{.files_max = files_max, .trusted_for = Duration{}};
    made->roots_.push_back({root, {std::move(*folder), limits, std::move(nothing_said)}});
  }
  std::ranges::sort(made->roots_, std::greater{},
                    [](const Root& root) { return root.where.name.size(); });
  return made;
}

Task<Response> SendfileHandler::handle(Request& request) {
  Response response = co_await next_->handle(request);
  if (response.headers.find(redirect_name) || response.headers.find(sendfile_name)) {
    co_return replace(request, std::move(response));
  }
  co_return response;
}

Response SendfileHandler::replace(const Request& request, Response response) {
  const auto redirect = response.headers.find(redirect_name);
  const std::string named(redirect ? *redirect : *response.headers.find(sendfile_name));
  if (http::never_has_content(response.status)) {
    response.headers.keep_if([](const Field& field) { return !is_instruction(field.name); });
    return response;
  }
  const std::optional<Place> place = redirect ? find_redirected(named) : find_on_disk(named);
  if (!place) {
    return refuse(request, named, http::status::internal_server_error,
                  "it is in no folder of --sendfile-root");
  }
  if (!is_public(place->path)) {
    return refuse(request, named, http::status::not_found, "such names are never served");
  }
  const Result<ServedFile*> file = open(*place, request.began);
  if (!file) return refuse(request, named, file.error().number);
  return answer_in_place_of(response, (*file)->choose(request.headers, request.began).file,
                            request);
}

Result<ServedFile*> SendfileHandler::open(const Place& place, TimePoint now) {
  OpenFileCache& files = place.root->files;
  if (ServedFile* file = files.find(place.path, now)) return file;
  return files.load(place.path, place.path.substr(1), now);
}

// Whatever stands behind a '?' is of no use for a file.
std::optional<SendfileHandler::Place> SendfileHandler::find_redirected(Bytes uri) {
  std::string storage;
  const Result<Bytes> path = http::decode_path(uri.substr(0, uri.find('?')), storage);
  if (!path) return std::nullopt;
  for (Root& root : roots_) {
    if (auto below = path_below(*path, root.where.name)) return Place{&root, std::move(*below)};
  }
  return std::nullopt;
}

// By the name of the folder as it was configured, or as the application may have found it, without
// links.
std::optional<SendfileHandler::Place> SendfileHandler::find_on_disk(Bytes path) {
  for (Root& root : roots_) {
    auto below = path_below(path, root.where.folder);
    const std::string real = below ? std::string() : root.files.folder().place();
    if (!real.empty()) below = path_below(path, real);
    if (below) return Place{&root, std::move(*below)};
  }
  return std::nullopt;
}

}  // namespace coachwhip::handlers::files
