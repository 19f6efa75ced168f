#include "handlers/files/folder.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

#include "handlers/files/hidden_name.hpp"

namespace coachwhip::handlers::files {
namespace {

// The kernel says EAGAIN when a rename elsewhere made it unsure whether a link stays inside.
constexpr int tries_max = 16;
constexpr Duration follow_interval = std::chrono::seconds(1);

int open_directory(const std::string& path) {
  return ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

// What else means that nothing can be served under this name.
bool is_absent(int number) {
  switch (number) {
    case EXDEV:  // the name leaves the folder
    case ELOOP:
    case ENAMETOOLONG:
    case ENODEV:
    case ENOTDIR:
    case ENXIO:  // a socket
      return true;
    default:
      return false;
  }
}

// Empty if it is not known.
std::string place_of(const UniqueFd& fd) {
  std::array<char, PATH_MAX> place{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd.get());
  const ssize_t size = ::readlink(link.c_str(), place.data(), place.size());
  if (size <= 0 || place.front() != '/') return {};
  return {place.data(), static_cast<std::size_t>(size)};
}

std::unexpected<Error> refuse_folder(const std::string& path, int number) {
  const std::string what = "cannot serve the folder '" + path + "'";
  if (number == ENOSYS) {
    return fail(ErrorKind::io, number,
                what + ": this kernel has no openat2; Linux 5.6 or newer is needed");
  }
  return fail_errno(what + " (name a folder that exists and that this user may enter)", number);
}

}  // namespace

Result<Folder> Folder::open(std::string path) {
  UniqueFd fd(open_directory(path));
  if (!fd) return refuse_folder(path, errno);
  Folder folder(std::move(path), std::move(fd));
  const Result<struct stat> itself = folder.find_status(".");
  if (!itself) return refuse_folder(folder.path_, itself.error().number);
  return folder;
}

Result<Folder::File> Folder::open_file(const std::string& name) const {
  // Without O_NONBLOCK, opening a FIFO would wait for its writer.
  Result<UniqueFd> fd = open_beneath(name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return pass(std::move(fd.error()));
  File file{std::move(*fd), {}};
  if (::fstat(file.fd.get(), &file.status) != 0) return fail(ErrorKind::io, errno);
  if (S_ISDIR(file.status.st_mode)) return fail(ErrorKind::io, EISDIR);
  if (!S_ISREG(file.status.st_mode)) return fail(ErrorKind::io, ENOENT);
  return file;
}

Result<UniqueFd> Folder::open_folder(const std::string& name) const {
  return open_beneath(name, O_RDONLY | O_DIRECTORY);
}

std::string Folder::place() const { return place_of(fd_); }

Result<struct stat> Folder::find_status(const std::string& name) const {
  Result<UniqueFd> fd = open_beneath(name, O_PATH);
  if (!fd) return pass(std::move(fd.error()));
  struct stat status;
  if (::fstat(fd->get(), &status) != 0) return fail(ErrorKind::io, errno);
  return status;
}

// Where no link is on the way, the name is the place. Where one is, its end may be hidden.
Result<UniqueFd> Folder::open_beneath(const std::string& name, int flags) const {
  Result<UniqueFd> fd = resolve(name, flags, RESOLVE_NO_SYMLINKS);
  if (!fd && fd.error().number == ELOOP) {
    fd = resolve(name, flags, RESOLVE_NO_MAGICLINKS);
    if (fd && has_hidden_place(*fd)) return fail(ErrorKind::io, ENOENT);
  }
  if (!fd && is_absent(fd.error().number)) fd.error().number = ENOENT;
  return fd;
}

Result<UniqueFd> Folder::resolve(const std::string& name, int flags,
                                 std::uint64_t how_to_resolve) const {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | how_to_resolve;
  for (int tries = 1;; ++tries) {
    const long fd = ::syscall(SYS_openat2, fd_.get(), name.c_str(), &how, sizeof how);
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    const bool is_passing = errno == EAGAIN || errno == EINTR;
    if (!is_passing || tries == tries_max) return fail(ErrorKind::io, errno);
  }
}

// Both places are asked for, as either may have been renamed since it was opened, and again if one
// was renamed between the two questions. Of what was deleted the kernel tells the last place.
bool Folder::has_hidden_place(const UniqueFd& fd) const {
  for (int tries = 0; tries < tries_max; ++tries) {
    std::string folder = place_of(fd_);
    const std::string place = place_of(fd);
    if (folder.empty() || place.empty()) return true;
    if (place == folder) return false;
    if (!folder.ends_with('/')) folder += '/';
    if (place.starts_with(folder)) return is_hidden(Bytes(place).substr(folder.size()));
  }
  return true;
}

void Folder::follow_path(TimePoint now) {
  if (now - followed_at_ < follow_interval) return;
  followed_at_ = now;
  UniqueFd fd(open_directory(path_));
  if (fd) fd_ = std::move(fd);
}

}  // namespace coachwhip::handlers::files
