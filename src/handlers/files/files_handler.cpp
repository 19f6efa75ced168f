#include "handlers/files/files_handler.hpp"

#include <cerrno>
#include <utility>

#include "base/log.hpp"
#include "handlers/files/file_answer.hpp"
#include "handlers/files/hidden_name.hpp"
#include "handlers/files/listing.hpp"
#include "handlers/files/mime_types.hpp"
#include "http/accept.hpp"
#include "http/uri.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::HeaderId;
using http::Method;
using http::Request;
using http::Response;

constexpr Bytes allowed_methods = "GET, HEAD, OPTIONS";

// Built from the decoded path: the path as sent may start with what browsers take for another host,
// as in
// "/\host/%2e%2e/folder".
Response redirect_to_folder(const Request& request) {
  std::string location = http::encode_path(request.prefix) + http::encode_path(request.path) + '/';
  if (!request.query.empty()) location.append("?").append(request.query);
  return http::make_redirect(location);
}

Response refuse(const Request& request, int number) {
  if (number == EISDIR) return redirect_to_folder(request);
  const http::Status status = status_for(number);
  if (status == http::status::service_unavailable) return http::make_unavailable();
  if (status == http::status::internal_server_error) {
    const std::string what = "cannot read the file for " + std::string(request.path);
    log::error(fail_errno(what, number).error().message);
  }
  return http::make_error(status);
}

// A method that nobody knows is no matter of this file (RFC 9110 section 9.1).
Response refuse_method(const Request& request) {
  if (request.method == Method::other) return http::make_error(http::status::not_implemented);
  Response response = request.method == Method::OPTIONS
                          ? Response{.status = http::status::no_content}
                          : http::make_error(http::status::method_not_allowed);
  response.headers.add(HeaderId::allow, allowed_methods);
  return response;
}

// A client that names text/html goes somewhere; scripts, images and what a page fetches accept
// anything or something else. Whoever types the address of a picture that is not there wants no
// page either.
bool asks_for_page(const Request& request) {
  const Bytes type = mime_type(request.path);
  const bool names_other = type != mime_type({}) && !type.starts_with("text/html");
  if (names_other) return false;
  const http::Acceptance html = http::find_acceptance(request.headers, "text/html");
  return html.is_named && html.quality > 0;
}

Response vary_by_accept(Response response) {
  std::string fields(response.headers.find(HeaderId::vary).value_or(Bytes()));
  if (!fields.empty()) fields += ", ";
  response.headers.set(HeaderId::vary, fields += "Accept");
  return response;
}

}  // namespace

Result<std::unique_ptr<FilesHandler>> FilesHandler::make(std::string folder, FilesOptions options) {
  Result<Folder> opened = Folder::open(std::move(folder));
  if (!opened) return pass(std::move(opened.error()));
  return std::unique_ptr<FilesHandler>(new FilesHandler(std::move(*opened), std::move(options)));
}

FilesHandler::FilesHandler(Folder folder, FilesOptions options)
    : indexes_(std::move(options.indexes)),
      fallback_(options.fallback.empty() ? "" : '/' + options.fallback),
      lists_(options.lists),
      cache_(std::move(folder), options.cache, std::move(options.cache_control),
             options.compressor) {}

Task<Response> FilesHandler::handle(Request& request) { co_return answer(request); }

Response FilesHandler::answer(const Request& request) {
  if (request.method != Method::GET && request.method != Method::HEAD) {
    return refuse_method(request);
  }
  const Bytes path = request.path_after_mount();
  const Result<ServedFile*> file = path.ends_with('/') ? open_index(path, request.began)
                                                       : open(path, request.began);
  if (file) return answer_with((*file)->choose(request.headers, request.began).file, request);
  if (file.error().number == ENOENT) return answer_without_file(request);
  return refuse(request, file.error().number);
}

Response FilesHandler::answer_without_file(const Request& request) {
  const Bytes path = request.path_after_mount();
  if (!is_public(path)) return refuse(request, ENOENT);
  if (lists_ && path.ends_with('/')) {
    Result<Response> listing = list(request);
    if (listing) return std::move(*listing);
    if (listing.error().number != ENOENT) return refuse(request, listing.error().number);
  }
  if (fallback_.empty()) return refuse(request, ENOENT);
  if (!asks_for_page(request)) return vary_by_accept(refuse(request, ENOENT));
  const Result<ServedFile*> file = open(fallback_, request.began);
  if (!file) return refuse(request, file.error().number == EISDIR ? ENOENT : file.error().number);
  return vary_by_accept(answer_with((*file)->choose(request.headers, request.began).file, request));
}

Result<Response> FilesHandler::list(const Request& request) {
  const http::Acceptance json = http::find_acceptance(request.headers, "application/json");
  const http::Acceptance html = http::find_acceptance(request.headers, "text/html");
  const bool is_json = json.quality > html.quality ||
                       (json.quality == html.quality && json.is_named && !html.is_named);
  const Bytes name = request.path_after_mount().substr(1);
  auto listing = Listing::open(cache_.folder(), std::string(name.empty() ? Bytes(".") : name),
                               request.path, is_json ? ListingForm::json : ListingForm::html);
  if (!listing) return pass(std::move(listing.error()));
  Response response;
  response.headers.add(HeaderId::content_type, (*listing)->content_type());
  response.headers.add("X-Content-Type-Options", "nosniff");
  if (request.method != Method::HEAD) response.body = std::move(*listing);
  return vary_by_accept(std::move(response));
}

// Every index is looked for each time, so that one that appears is seen.
Result<ServedFile*> FilesHandler::open_index(Bytes path, TimePoint now) {
  for (const std::string& index : indexes_) {
    index_path_.assign(path).append(index);
    Result<ServedFile*> file = open(index_path_, now);
    // A folder that has the index's name is no file to answer with, and its redirect would not end.
    if (file || (file.error().number != ENOENT && file.error().number != EISDIR)) return file;
  }
  return fail(ErrorKind::io, ENOENT);
}

Result<ServedFile*> FilesHandler::open(Bytes path, TimePoint now) {
  if (ServedFile* file = cache_.find(path, now)) return file;
  if (path.empty()) return fail(ErrorKind::io, EISDIR);  // the mount itself, without its slash
  if (!is_public(path)) return fail(ErrorKind::io, ENOENT);
  return cache_.load(path, std::string(path.substr(1)), now);
}

}  // namespace coachwhip::handlers::files
