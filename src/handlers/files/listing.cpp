#include "handlers/files/listing.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <utility>

#include "base/html.hpp"
#include "handlers/files/hidden_name.hpp"
#include "handlers/files/shown_text.hpp"
#include "http/uri.hpp"

namespace coachwhip::handlers::files {
namespace {

// A portion: some milliseconds of looking at files, and no more than a few writes.
constexpr std::size_t portion_bytes = std::size_t{16} * 1024;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

// RFC 3339, in UTC.
std::string format_date(const struct stat& status) {
  std::tm time{};
  char text[64];
  ::gmtime_r(&status.st_mtim.tv_sec, &time);
  return {text, std::strftime(text, sizeof text, "%FT%TZ", &time)};
}

}  // namespace

Result<std::unique_ptr<Listing>> Listing::open(const Folder& root, const std::string& name,
                                               Bytes path, ListingForm form) {
  Result<UniqueFd> folder = root.open_folder(name);
  if (!folder) return pass(std::move(folder.error()));
  std::unique_ptr<Listing> listing(
      new Listing(root, std::move(*folder), name == "." ? "" : name, path, form));
  Result<void> read = listing->read_names();
  if (!read) return pass(std::move(read.error()));
  return listing;
}

Bytes Listing::content_type() const {
  return form_ == ListingForm::json ? "application/json" : "text/html; charset=utf-8";
}

// Through a duplicate, as closing the directory closes its descriptor.
Result<void> Listing::read_names() {
  UniqueFd own(::fcntl(folder_.get(), F_DUPFD_CLOEXEC, 0));
  if (!own) return fail(ErrorKind::io, errno);
  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(own.get()));
  if (!directory) return fail(ErrorKind::io, errno);
  own.release();
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (const dirent* entry = ::readdir(directory.get())) {
    const Bytes name = entry->d_name;
    if (name == "." || name == "..") continue;
    bytes += name.size();
    is_complete_ = ++count <= listed_names_max && bytes <= listed_bytes_max;
    if (!is_complete_) break;
    if (!is_hidden(name)) names_.emplace_back(name);
  }
  std::ranges::sort(names_);
  return {};
}

Task<Result<Bytes>> Listing::read() {
  portion_.clear();
  if (!std::exchange(has_begun_, true)) add_head();
  while (next_ < names_.size() && portion_.size() < portion_bytes) add_entry(names_[next_++]);
  if (next_ == names_.size() && !std::exchange(has_ended_, true)) add_end();
  co_return Bytes(portion_);
}

void Listing::add_head() {
  const std::string path = to_utf8(path_);
  if (form_ == ListingForm::json) {
    portion_.append("{\"path\":").append(nlohmann::json(path).dump()).append(",\"entries\":[");
    return;
  }
  const std::string title = escape_html(path);
  portion_ += "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n";
  portion_ += "<meta name=\"viewport\" content=\"width=device-width\">\n";
  portion_.append("<title>").append(title).append("</title>\n</head>\n<body>\n");
  portion_.append("<h1>").append(title).append("</h1>\n");
  portion_ += "<table>\n<tr><th>Name<th>Size<th>Changed\n";
  if (!name_.empty()) portion_ += "<tr><td><a href=\"../\">../</a><td><td>\n";
}

// What is a link is looked at as a request for it would be.
void Listing::add_entry(const std::string& name) {
  struct stat status;
  if (::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (S_ISLNK(status.st_mode)) {
    const Result<struct stat> end = root_.find_status(name_ + name);
    if (!end) return;
    status = *end;
  }
  const bool is_folder = S_ISDIR(status.st_mode);
  if (!is_folder && !S_ISREG(status.st_mode)) return;
  const char* const slash = is_folder ? "/" : "";
  const std::string address = http::encode_path(name) + slash;
  if (form_ == ListingForm::html) {
    portion_.append("<tr><td><a href=\"").append(address).append("\">");
    portion_.append(escape_html(to_utf8(name))).append(slash).append("</a><td>");
    if (!is_folder) portion_ += std::to_string(status.st_size);
    portion_.append("<td>").append(format_date(status)).append("\n");
    return;
  }
  nlohmann::ordered_json row{{"name", to_utf8(name)},
                             {"href", address},
                             {"type", is_folder ? "folder" : "file"},
                             {"modified", format_date(status)}};
  if (!is_folder) row["size"] = status.st_size;
  portion_.append(std::exchange(is_first_, false) ? "\n" : ",\n").append(row.dump());
}

void Listing::add_end() {
  if (form_ == ListingForm::json) {
    portion_.append("\n],\"complete\":").append(is_complete_ ? "true" : "false").append("}\n");
    return;
  }
  portion_ += "</table>\n";
  if (!is_complete_) {
    portion_ += "<p>There is more: only some of the names were read.</p>\n";
  }
  portion_ += "</body>\n</html>\n";
}

}  // namespace coachwhip::handlers::files
