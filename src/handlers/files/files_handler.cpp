#include "handlers/files/files_handler.hpp"

#include <cerrno>
#include <utility>

#include "base/log.hpp"
#include "handlers/files/file_answer.hpp"
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

}  // namespace

Result<std::unique_ptr<FilesHandler>> FilesHandler::make(std::string folder, FilesOptions options) {
  Result<Folder> opened = Folder::open(std::move(folder));
  if (!opened) return pass(std::move(opened.error()));
  return std::unique_ptr<FilesHandler>(new FilesHandler(std::move(*opened), std::move(options)));
}

FilesHandler::FilesHandler(Folder folder, FilesOptions options)
    : index_(std::move(options.index)),
      cache_(std::move(folder), options.cache, options.compressor) {}

Task<Response> FilesHandler::handle(Request& request) { co_return answer(request); }

Response FilesHandler::answer(const Request& request) {
  if (request.method != Method::GET && request.method != Method::HEAD) {
    return refuse_method(request);
  }
  const Result<ServedFile*> file = open(request.path_after_mount(), request.began);
  if (!file) return refuse(request, file.error().number);
  const ServedFile::Choice chosen = (*file)->choose(request.headers, request.began);
  return answer_with(chosen.file, request);
}

Result<ServedFile*> FilesHandler::open(Bytes path, TimePoint now) {
  if (ServedFile* file = cache_.find(path, now)) return file;
  if (path.empty()) return fail(ErrorKind::io, EISDIR);  // the mount itself, without its slash
  if (!is_public(path)) return fail(ErrorKind::io, ENOENT);
  std::string name(path.substr(1));
  const bool names_folder = path.ends_with('/');
  if (names_folder) name += index_;
  Result<ServedFile*> file = cache_.load(path, name, now);
  // A folder that has the index's name is no file to answer with, and its redirect would not end.
  if (!file && names_folder && file.error().number == EISDIR) file.error().number = ENOENT;
  return file;
}

}  // namespace coachwhip::handlers::files
