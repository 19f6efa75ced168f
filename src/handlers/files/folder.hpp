// Folder: the only way to the files of a served folder; no name leads out of it. Alone knows
// openat2.
#pragma once

#include <cstdint>
#include <string>
#include <sys/stat.h>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace coachwhip::handlers::files {

// Names are relative to the folder and free of NUL. Symbolic links are followed while they stay
// inside and lead to nothing hidden; an absolute link counts as leaving. Errors hold the errno and
// no message: ENOENT for what does not exist, is outside, is hidden behind a link, or is neither a
// regular file nor a folder; EISDIR for a folder. That a name itself is not hidden is the caller's
// to see to.
class Folder {
 public:
  // Fails with a message for the operator.
  static Result<Folder> open(std::string path);

  struct File {
    UniqueFd fd;
    struct stat status;
  };
  // Opens a regular file for reading.
  Result<File> open_file(const std::string& name) const;
  // Opens a folder for reading its entries; "." is the served folder itself.
  Result<UniqueFd> open_folder(const std::string& name) const;
  // The status of whatever has this name, without opening it.
  Result<struct stat> find_status(const std::string& name) const;

  // Where the folder is, free of links; empty if that is not known.
  std::string place() const;

  // Takes the folder that the path leads to now, at most once a second: a deployment may have put
  // another in its place. If there is none, the old one stays.
  void follow_path(TimePoint now);

 private:
  Folder(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Result<UniqueFd> open_beneath(const std::string& name, int flags) const;
  Result<UniqueFd> resolve(const std::string& name, int flags, std::uint64_t how_to_resolve) const;
  bool has_hidden_place(const UniqueFd& fd) const;

  std::string path_;
  UniqueFd fd_;
  TimePoint followed_at_{};
};

}  // namespace coachwhip::handlers::files
