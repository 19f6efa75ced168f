// FilesHandler: answers with the files of a folder.
#pragma once

#include <memory>
#include <string>

#include "handlers/files/open_file_cache.hpp"
#include "http/handler.hpp"

namespace coachwhip::handlers::files {

struct FilesOptions {
  std::string index = "index.html";  // answers for a folder
  CacheLimits cache = {};
  compress::Compressor* compressor = nullptr;  // outlives the handler; null: none
};

class FilesHandler final : public http::Handler {
 public:
  // Fails with a message for the operator if the folder cannot be served.
  static Result<std::unique_ptr<FilesHandler>> make(std::string folder, FilesOptions options = {});

  Task<http::Response> handle(http::Request& request) override;

 private:
  FilesHandler(Folder folder, FilesOptions options);
  http::Response answer(const http::Request& request);
  Result<ServedFile*> open(Bytes path, TimePoint now);

  std::string index_;
  OpenFileCache cache_;
};

}  // namespace coachwhip::handlers::files
