// Listing: the names in a folder, as a page or as JSON, as a source that looks at a few at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "handlers/files/folder.hpp"
#include "http/body.hpp"

namespace coachwhip::handlers::files {

// Names that are read of a folder, and their bytes. Of a larger one the listing says that it has
// more: a request holds a loop for a few milliseconds and a few hundred kilobytes, whatever the
// folder holds.
inline constexpr std::size_t listed_names_max = 10'000;
inline constexpr std::size_t listed_bytes_max = std::size_t{512} * 1024;

enum class ListingForm : std::uint8_t { html, json };

// The files and folders that would be served, sorted by the bytes of their names: nothing that is
// hidden, no link that leads out, no device, FIFO or socket. A name need not be UTF-8: its address
// is encoded, and what is shown has U+FFFD for what is none.
class Listing final : public http::BodySource {
 public:
  // `name` is the folder's in `root`, "." or with a slash at its end; `path` is what the client
  // asked for. Errors as Folder's. `root` outlives the listing.
  static Result<std::unique_ptr<Listing>> open(const Folder& root, const std::string& name,
                                               Bytes path, ListingForm form);

  Bytes content_type() const;
  Task<Result<Bytes>> read() override;
  std::optional<std::uint64_t> length() const override { return std::nullopt; }

 private:
  Listing(const Folder& root, UniqueFd folder, std::string name, Bytes path, ListingForm form)
      : root_(root), folder_(std::move(folder)), name_(std::move(name)), path_(path), form_(form) {}
  Result<void> read_names();
  void add_head();
  void add_entry(const std::string& name);
  void add_end();

  const Folder& root_;
  UniqueFd folder_;
  std::string name_;
  std::string path_;
  ListingForm form_;
  std::vector<std::string> names_;
  bool is_complete_ = true;
  bool has_begun_ = false;
  bool has_ended_ = false;
  bool is_first_ = true;  // no entry was listed yet
  std::size_t next_ = 0;  // of names_
  std::string portion_;
};

}  // namespace coachwhip::handlers::files
