#include "handlers/app/spool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.hpp"
#include "base/occasion.hpp"

namespace coachwhip::handlers::app {
namespace {

constexpr std::uint64_t portion_bytes = 64 * 1024;

const char* folder() {
  const char* const named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

std::unexpected<Error> no_room(int error) {
  static Occasion refusals;  // a full disk refuses everybody
  const bool is_full = error != EMFILE && error != ENFILE;
  if (refusals.happened(Clock::now()))
    log::error(std::string("a request's body cannot be kept in ") + folder() + ": " +
               std::strerror(error) +
               (is_full ? "; make room there, or name another folder in TMPDIR"
                        : "; raise the limit of open files, or lower --max-connections"));
  return fail(ErrorKind::io, 503, "The request's body cannot be kept at the moment.");
}

}  // namespace

Result<void> Spool::append(Bytes bytes) {
  if (!file_) {
    file_.reset(::open(folder(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600));
    if (!file_) return no_room(errno);
  }
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(file_.get(), bytes.data(), bytes.size(),
                                   static_cast<off_t>(written_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return no_room(errno);
    written_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<Bytes> Spool::read() {
  portion_.resize(std::min(portion_bytes, written_ - read_));
  const ssize_t count = ::pread(file_.get(), portion_.data(), portion_.size(),
                                static_cast<off_t>(read_));
  if (count <= 0) return fail_errno("reading a request's body back", count < 0 ? errno : EIO);
  read_ += static_cast<std::uint64_t>(count);
  return Bytes(portion_).substr(0, static_cast<std::size_t>(count));
}

}  // namespace coachwhip::handlers::app
