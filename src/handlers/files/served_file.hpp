// ServedFile: a file of a served folder with its compressed siblings, of which each client gets the
// one that it takes most gladly.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "handlers/files/folder.hpp"
#include "handlers/files/open_file.hpp"
#include "http/accept_encoding.hpp"
#include "http/headers.hpp"

namespace coachwhip::handlers::files {

// A sibling of app.js is app.js.zst, app.js.br or app.js.gz: a regular file that is not older. All
// are looked for when the file is opened and whenever it is looked at again, so that a request
// costs no look.
class ServedFile {
 public:
  // Content of at most `content_bytes_max` is kept in memory. Errors as Folder's, of the file
  // itself: a sibling that cannot be opened is none.
  static Result<ServedFile> open(const Folder& folder, const std::string& name,
                                 std::size_t content_bytes_max);

  // Of the file and of its siblings.
  void add_cache_control(Bytes value);

  // Would open() give the same?
  bool is_current(const Folder& folder) const;
  // By the request's Accept-Encoding; the file itself if nothing else is accepted.
  OpenFile& choose(const http::Headers& headers) const {
    return siblings_.empty() ? *itself_ : choose_among_siblings(headers);
  }

  std::size_t files() const { return 1 + siblings_.size(); }
  std::size_t memory() const;

 private:
  ServedFile(std::string name, std::shared_ptr<OpenFile> itself)
      : name_(std::move(name)), itself_(std::move(itself)) {}
  void open_siblings(const Folder& folder, std::size_t content_bytes_max);
  bool has_sibling(http::ContentCoding coding) const;
  OpenFile& choose_among_siblings(const http::Headers& headers) const;

  std::string name_;
  std::shared_ptr<OpenFile> itself_;
  std::vector<std::shared_ptr<OpenFile>> siblings_;  // those that are there, the best first
};

}  // namespace coachwhip::handlers::files
