// OpenFile: a file of a served folder, ready to be sent: its fields, and its content or its
// descriptor.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "compress/compressor.hpp"
#include "handlers/files/folder.hpp"
#include "http/accept_encoding.hpp"
#include "http/body.hpp"
#include "http/conditional.hpp"
#include "http/headers.hpp"
#include "http/range.hpp"

namespace coachwhip::handlers::files {

// The end of the name of a file that is encoded so: ".gz".
Bytes ending(http::ContentCoding coding);

// Immutable once it is served. Lives as long as anybody sends from it: bodies of content hold it by
// a lease, bodies of a descriptor share the descriptor. One thread's.
class OpenFile final : public http::Lease::Owner, public std::enable_shared_from_this<OpenFile> {
 public:
  // Opens the file of that name, or its sibling that is encoded so. Keeps the content in memory if
  // it has at most `content_bytes_max`. Errors as Folder's.
  static Result<std::shared_ptr<OpenFile>> open(const Folder& folder, std::string name,
                                                http::ContentCoding coding,
                                                std::size_t content_bytes_max);
  OpenFile(std::string name, http::ContentCoding coding, Folder::File file);

  // The same file in a coding, as `content`, which others keep: whoever calls body() has it.
  std::shared_ptr<OpenFile> in_coding(
      http::ContentCoding coding,
      const std::shared_ptr<const compress::EncodedContent>& content) const;
  // The same in a coding that a client has already, as it says by one of these tags (the value of
  // If-None-Match): for an answer without content. nullptr: it has none of this file.
  std::shared_ptr<OpenFile> as_known(http::ContentCoding coding, Bytes tags) const;
  // For in_coding(): what is to be encoded. Valid as long as the file.
  compress::Compressor::Original original() const;
  // Will every change show in its status?
  bool shows_every_change() const { return !may_change_unseen_; }

  // Does the name still lead to this file, and is the file as it was?
  bool is_current(const Folder& folder) const;

  // May what has this status be sent in the place of this file?
  bool allows_sibling(const struct stat& sibling) const;
  // Siblings have it from the start.
  void add_vary() { headers_.add(http::HeaderId::vary, "Accept-Encoding"); }
  void add_cache_control(Bytes value) { headers_.add(http::HeaderId::cache_control, value); }

  // Content-Type, ETag, Accept-Ranges, X-Content-Type-Options, and where they apply Last-Modified,
  // Cache-Control, Content-Encoding, Vary. Of a file that may change once more without a sign (it
  // has only just changed) the ETag is weak, or Last-Modified is left out.
  const http::Headers& headers() const { return headers_; }
  http::Validators validators() const { return {etag_, last_modified_}; }
  http::ContentCoding coding() const { return coding_; }
  const struct stat& status() const { return status_; }
  std::uint64_t size() const { return static_cast<std::uint64_t>(status_.st_size); }
  // `range` lies within the size.
  http::Body body(http::ByteRange range);
  std::size_t memory() const;

 private:
  Result<void> read_content();
  void describe();
  std::string tag_of_form(http::ContentCoding coding) const;
  std::shared_ptr<OpenFile> with_tag(http::ContentCoding coding, std::string etag) const;
  void end_lease(std::uint64_t) override;

  std::string name_;  // with the ending of the coding
  http::ContentCoding coding_;
  struct stat status_;
  bool may_change_unseen_ = true;
  std::string etag_;
  WallTime last_modified_;
  http::Headers headers_;
  std::string content_;
  std::shared_ptr<const UniqueFd> fd_;  // null if content_ or encoded_ holds all
  std::weak_ptr<const compress::EncodedContent> encoded_;
  std::size_t leases_ = 0;
  std::shared_ptr<OpenFile> itself_;  // while leases_ > 0
};

}  // namespace coachwhip::handlers::files
