// ServedFile: a file of a served folder with its compressed forms, of which each client gets the
// one that it takes most gladly.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compress/compressor.hpp"
#include "handlers/files/cache_control.hpp"
#include "handlers/files/folder.hpp"
#include "handlers/files/open_file.hpp"
#include "http/accept_encoding.hpp"
#include "http/headers.hpp"

namespace coachwhip::handlers::files {

// A sibling of app.js is app.js.zst, app.js.br or app.js.gz: a regular file that is not older. All
// are looked for when the file is opened and whenever it is looked at again, so that a request
// costs no look. Of a file without siblings the compressor makes forms, if there is one.
class ServedFile {
 public:
  // Content of at most `content_bytes_max` is kept in memory. The compressor, or nullptr, outlives
  // the file. All forms say what the rules have for the name. Errors as Folder's, of the file
  // itself: a sibling that cannot be opened is none.
  static Result<ServedFile> open(const Folder& folder, const std::string& name,
                                 std::size_t content_bytes_max,
                                 compress::Compressor* compressor = nullptr,
                                 const CacheControl& rules = {});

  // Would open() give the same?
  bool is_current(const Folder& folder) const;

  // What an answer is made of.
  struct Choice {
    OpenFile& file;
    // Has to stay until the answer is made.
    std::shared_ptr<const void> kept = nullptr;
  };
  // By the request's Accept-Encoding; the file itself if nothing else is accepted or there yet.
  Choice choose(const http::Headers& headers, TimePoint now) {
    if (siblings_.empty() && compressor_ == nullptr) return {*itself_};
    return choose_form(headers, now);
  }

  std::size_t files() const { return 1 + siblings_.size(); }
  // Without the forms that were made, which the compressor bounds.
  std::size_t memory() const;

 private:
  // A form that was made for clients of this thread. The compressor may have dropped it since.
  struct Made {
    std::shared_ptr<OpenFile> file;
    std::weak_ptr<const compress::EncodedContent> content;
    bool is_hopeless = false;  // it would not be smaller
  };

  ServedFile(std::string name, std::shared_ptr<OpenFile> itself)
      : name_(std::move(name)), itself_(std::move(itself)) {}
  void open_siblings(const Folder& folder, std::size_t content_bytes_max);
  void add_cache_control(Bytes value);
  void use(compress::Compressor* compressor);
  OpenFile* find_sibling(http::ContentCoding coding) const;
  Choice choose_form(const http::Headers& headers, TimePoint now);
  Choice choose_made(const http::Headers& headers, const http::AcceptedCodings& accepted,
                     TimePoint now);
  Choice choose_known(const http::Headers& headers, const http::AcceptedCodings& accepted) const;
  void ask_for(http::ContentCoding coding, TimePoint now);
  Made& made(http::ContentCoding coding) { return made_[static_cast<std::size_t>(coding)]; }

  std::string name_;
  std::shared_ptr<OpenFile> itself_;
  std::vector<std::shared_ptr<OpenFile>> siblings_;  // those that are there
  compress::Compressor* compressor_ = nullptr;       // null: there is nothing to ask it for
  std::array<Made, http::content_coding_count> made_;
  TimePoint ask_again_at_{};
};

}  // namespace coachwhip::handlers::files
