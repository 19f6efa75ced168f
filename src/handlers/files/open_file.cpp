#include "handlers/files/open_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "handlers/files/mime_types.hpp"
#include "http/characters.hpp"
#include "http/date.hpp"

namespace coachwhip::handlers::files {
namespace {

// File systems stamp changes by coarse clocks: of two changes within one tick both leave the same
// stamp. Linux ticks at least every ten milliseconds; whole seconds are all that some keep (FAT:
// two at a time).
constexpr std::int64_t tick_max_ns = 100'000'000;
constexpr std::int64_t whole_seconds_tick_max_ns = 2'000'000'000;
// A file that changes while it is read is read again this often, then sent from its descriptor.
constexpr int reads_max = 3;

std::int64_t now_ns() {
  const auto now = WallClock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

// Nanoseconds; wraps for dates that are centuries away, which files can have.
std::uint64_t stamp(const timespec& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

bool is_same(const struct stat& a, const struct stat& b) {
  return compress::FileState::of(a) == compress::FileState::of(b);
}

// Will any later change be seen by its stamp?
bool tells_every_change(const struct stat& status, std::int64_t now) {
  const std::int64_t tick = status.st_ctim.tv_nsec == 0 ? whole_seconds_tick_max_ns : tick_max_ns;
  return now - static_cast<std::int64_t>(stamp(status.st_ctim)) > tick;
}

// While the second that the date says is going on, the file may change once more without another
// date: it has none until then, so that no date is ever that of two versions (RFC 9110 section
// 8.8.2.2). The same holds for dates in the future.
bool has_date(const struct stat& status, std::int64_t now) {
  return status.st_mtim.tv_sec < now / 1'000'000'000;
}

// All `size` bytes; fewer if the file ends before.
Result<std::string> read_from_start(int fd, std::size_t size) {
  std::string content(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t count = ::pread(fd, content.data() + filled, size - filled,
                                  static_cast<off_t>(filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(ErrorKind::io, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  content.resize(filled);
  return content;
}

// Made of the time of the last change of any kind, which nobody can set, not of the date, which
// everybody can. Differs from that of every other coding, even if both are links to one file.
std::string format_etag(const struct stat& status, http::ContentCoding coding) {
  char text[64];
  const int size = std::snprintf(text, sizeof text, "\"%llx-%llx-%llx",
                                 static_cast<unsigned long long>(stamp(status.st_ctim)),
                                 static_cast<unsigned long long>(status.st_size),
                                 static_cast<unsigned long long>(status.st_ino));
  std::string etag(text, static_cast<std::size_t>(size));
  if (coding != http::ContentCoding::identity) etag.append("-").append(http::name(coding));
  return etag += '"';
}

}  // namespace

Bytes ending(http::ContentCoding coding) {
  constexpr std::array<Bytes, http::content_coding_count> endings{"", ".gz", ".br", ".zst"};
  return endings[static_cast<std::size_t>(coding)];
}

Result<std::shared_ptr<OpenFile>> OpenFile::open(const Folder& folder, std::string name,
                                                 http::ContentCoding coding,
                                                 std::size_t content_bytes_max) {
  name += ending(coding);
  Result<Folder::File> opened = folder.open_file(name);
  if (!opened) return pass(std::move(opened.error()));
  auto file = std::make_shared<OpenFile>(std::move(name), coding, std::move(*opened));
  if (file->size() <= content_bytes_max) {
    Result<void> read = file->read_content();
    if (!read) return pass(std::move(read.error()));
  }
  file->describe();
  return file;
}

OpenFile::OpenFile(std::string name, http::ContentCoding coding, Folder::File file)
    : name_(std::move(name)),
      coding_(coding),
      status_(file.status),
      fd_(std::make_shared<const UniqueFd>(std::move(file.fd))) {}

// Content is kept only if nothing changed from the status before the reading to the one after.
Result<void> OpenFile::read_content() {
  const std::uint64_t size_max = size();
  for (int i = 0; i < reads_max && size() <= size_max; ++i) {
    Result<std::string> content = read_from_start(fd_->get(), size());
    if (!content) return pass(std::move(content.error()));
    const struct stat before = status_;
    if (::fstat(fd_->get(), &status_) != 0) return fail(ErrorKind::io, errno);
    if (!is_same(before, status_) || content->size() != size()) continue;
    content_ = std::move(*content);
    fd_.reset();
    return {};
  }
  return {};
}

void OpenFile::describe() {
  const std::int64_t now = now_ns();
  may_change_unseen_ = !tells_every_change(status_, now);
  etag_ = format_etag(status_, coding_);
  // Weak, and of this opening alone: what the file becomes before it settles has another.
  if (may_change_unseen_) etag_ = "W/" + etag_.insert(1, std::to_string(now) + '-');
  if (has_date(status_, now)) {
    last_modified_ = WallClock::from_time_t(std::max<std::time_t>(status_.st_mtim.tv_sec, 0));
  }
  const Bytes asked_name = Bytes(name_).substr(0, name_.size() - ending(coding_).size());
  headers_.add(http::HeaderId::content_type, mime_type(asked_name));
  headers_.add(http::HeaderId::etag, etag_);
  if (has_date(status_, now)) {
    headers_.add(http::HeaderId::last_modified, http::format_date(last_modified_));
  }
  headers_.add(http::HeaderId::accept_ranges, "bytes");
  headers_.add("X-Content-Type-Options", "nosniff");
  if (coding_ == http::ContentCoding::identity) return;
  headers_.add(http::HeaderId::content_encoding, http::name(coding_));
  add_vary();
}

// The tag of a form that was made says more than one that a build made has: what no other release
// of a library makes.
std::string OpenFile::tag_of_form(http::ContentCoding coding) const {
  std::string tag = etag_.substr(0, etag_.size() - 1);
  return tag.append("-").append(http::name(coding)).append("-");
}

std::shared_ptr<OpenFile> OpenFile::with_tag(http::ContentCoding coding, std::string etag) const {
  auto form = std::make_shared<OpenFile>(name_, coding, Folder::File{{}, status_});
  form->fd_.reset();
  form->last_modified_ = last_modified_;
  form->etag_ = std::move(etag);
  form->headers_ = headers_;
  form->headers_.set(http::HeaderId::etag, form->etag_);
  form->headers_.add(http::HeaderId::content_encoding, http::name(coding));
  return form;
}

std::shared_ptr<OpenFile> OpenFile::in_coding(
    http::ContentCoding coding,
    const std::shared_ptr<const compress::EncodedContent>& content) const {
  auto form = with_tag(coding, tag_of_form(coding) + std::to_string(content->checksum()) + '"');
  form->status_.st_size = static_cast<off_t>(content->bytes().size());
  form->encoded_ = content;
  return form;
}

std::shared_ptr<OpenFile> OpenFile::as_known(http::ContentCoding coding, Bytes tags) const {
  const std::string begin = tag_of_form(coding);
  const std::size_t found = tags.find(begin);
  if (found == Bytes::npos) return nullptr;
  const Bytes tag = tags.substr(found, tags.find('"', found + 1) - found + 1);
  const bool is_whole = tag.ends_with('"') && http::digits.has_all(tag.substr(
                                                  begin.size(), tag.size() - begin.size() - 1));
  return is_whole ? with_tag(coding, std::string(tag)) : nullptr;
}

compress::Compressor::Original OpenFile::original() const {
  return {compress::FileState::of(status_), content_, fd_};
}

// Not older; brotli and zstd give what they make the date of its source without the fraction of the
// second.
bool OpenFile::allows_sibling(const struct stat& sibling) const {
  if (!S_ISREG(sibling.st_mode)) return false;
  const timespec& own = status_.st_mtim;
  const timespec& other = sibling.st_mtim;
  if (own.tv_sec != other.tv_sec) return own.tv_sec < other.tv_sec;
  return own.tv_nsec <= other.tv_nsec || other.tv_nsec == 0;
}

bool OpenFile::is_current(const Folder& folder) const {
  if (may_change_unseen_) return false;
  const bool was_dated = headers_.find(http::HeaderId::last_modified).has_value();
  if (!was_dated && has_date(status_, now_ns())) return false;
  const Result<struct stat> status = folder.find_status(name_);
  return status && is_same(*status, status_);
}

http::Body OpenFile::body(http::ByteRange range) {
  if (fd_) return http::FileRange{fd_->get(), range.first, range.count, fd_};
  if (auto encoded = encoded_.lock()) return compress::make_body(std::move(encoded), range);
  if (leases_++ == 0) itself_ = shared_from_this();
  return http::Lease(Bytes(content_).substr(range.first, range.count), *this, 0);
}

void OpenFile::end_lease(std::uint64_t) {
  if (--leases_ > 0) return;
  const std::shared_ptr<OpenFile> last = std::move(itself_);  // may end this object on return
}

std::size_t OpenFile::memory() const {
  return sizeof *this + name_.size() + headers_.block().size() + content_.size();
}

}  // namespace coachwhip::handlers::files
