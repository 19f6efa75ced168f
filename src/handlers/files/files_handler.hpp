// FilesHandler: answers with the files of a folder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "handlers/files/open_file_cache.hpp"
#include "http/handler.hpp"

namespace coachwhip::handlers::files {

struct FilesOptions {
  // Answer for a folder: the first of these names that is there.
  std::vector<std::string> indexes = {"index.html"};
  // The file of the folder that answers where there is none, if a page is asked for; empty: 404.
  std::string fallback = {};
  bool lists = false;  // a folder without an index is answered with its names
  CacheControl cache_control = {};
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
  http::Response answer_without_file(const http::Request& request);
  Result<http::Response> list(const http::Request& request);
  Result<ServedFile*> open(Bytes path, TimePoint now);
  Result<ServedFile*> open_index(Bytes path, TimePoint now);

  std::vector<std::string> indexes_;
  std::string fallback_;  // as a path
  bool lists_;
  OpenFileCache cache_;
  std::string index_path_;  // kept for its memory
};

}  // namespace coachwhip::handlers::files
