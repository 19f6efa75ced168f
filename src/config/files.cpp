#include "config/files.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "config/target.hpp"
#include "handlers/files/hidden_name.hpp"
#include "http/headers.hpp"

namespace coachwhip::config {
namespace {

namespace fs = std::filesystem;
using handlers::files::ErrorPage;
using handlers::files::is_hidden;

// Pages are kept in memory, and a page is for reading.
constexpr std::uintmax_t page_bytes_max = std::uintmax_t{1024} * 1024;

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

// "404", "5xx" or "4XX".
std::optional<std::pair<http::Status, http::Status>> parse_statuses(std::string_view text) {
  if (text.size() != 3 || (text[0] != '4' && text[0] != '5')) return std::nullopt;
  const auto hundred = static_cast<http::Status>((text[0] - '0') * 100);
  if (equal_ignoring_case(text.substr(1), "xx")) return std::pair(hundred, hundred + 99);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
  const auto status = static_cast<http::Status>(hundred + (text[1] - '0') * 10 + (text[2] - '0'));
  return std::pair(status, status);
}

Result<std::string> read_page(const fs::path& file) {
  const auto refuse = [&file](std::string_view why) {
    return fail(ErrorKind::bad_input, 0,
                "cannot use " + in_quotes(file.native()) + " as a page: " + std::string(why) +
                    "; name a readable file of at most 1MiB");
  };
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return refuse("it is not there");
  // Opening a FIFO would wait for its writer, and a device may have no end.
  if (!fs::is_regular_file(file, ignored)) return refuse("it is no regular file");
  if (fs::file_size(file, ignored) > page_bytes_max) return refuse("it is too large");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return refuse("it cannot be read");
  std::ostringstream text;
  if (stream.peek() != std::ifstream::traits_type::eof()) text << stream.rdbuf();
  return text.str();
}

// "name=value", as the rows of a table are.
struct Row {
  std::string name;
  std::string value;
};

class Files {
 public:
  Files(Settings& settings, Config& config, Faults& faults)
      : settings_(settings), config_(config), faults_(faults) {}

  void store_indexes() {
    constexpr Key key = key_of("index");
    for (const Value& value : settings_.all(key)) {
      if (value.text.empty() || value.text.contains('/') || is_hidden(value.text)) {
        refuse(key, value,
               in_quotes(value.text) + " is not allowed; write the name of a file that is served");
      }
      config_.indexes.push_back(value.text);
    }
  }

  void store_fallbacks() {
    constexpr Key key = key_of("fallback");
    for (const Value& value : settings_.all(key)) {
      const auto row = read_row(key, value);
      Mount* const mount = row ? find_files(key, value, row->name) : nullptr;
      if (mount == nullptr) continue;
      const fs::path file = fs::path(mount->target) / row->value;
      std::error_code ignored;
      if (row->value.starts_with('/') || row->value.contains("//") || is_hidden(row->value)) {
        refuse(key, value,
               in_quotes(row->value) + " is not allowed; write the name of a file in " +
                   in_quotes(mount->target));
      } else if (!fs::is_regular_file(file, ignored)) {
        refuse(key, value, "there is no file " + in_quotes(file.native()) + "; make it");
      }
      mount->fallback = row->value;
    }
  }

  void store_listings() {
    constexpr Key key = key_of("listing");
    for (const Value& value : settings_.all(key)) {
      Mount* const mount = find_files(key, value, value.text);
      if (mount != nullptr) mount->lists = true;
    }
  }

  void store_cache_rules() {
    constexpr Key key = key_of("cache-control");
    for (const Value& value : settings_.all(key)) {
      const auto row = read_row(key, value);
      if (!row) continue;
      if (!http::is_field_value(row->value)) {
        refuse(key, value, "the value holds a control character; write it without");
      }
      config_.cache_rules.push_back({row->name, std::string(trim(row->value))});
    }
  }

  void store_error_pages() {
    constexpr Key key = key_of("error-page");
    for (Value& value : settings_.all(key)) {
      const auto row = read_row(key, value);
      if (!row) continue;
      const auto statuses = parse_statuses(row->name);
      if (!statuses) {
        refuse(key, value,
               in_quotes(row->name) +
                   " is no status of an error; write one from 400 to 599, 4xx or "
                   "5xx");
        continue;
      }
      const fs::path file = absolute(row->value, value.folder);
      Result<std::string> content = read_page(file);
      if (!content) {
        refuse(key, value, content.error().message);
        continue;
      }
      value.text = row->name + "=" + file.native();
      config_.error_pages.push_back(
          {statuses->first, statuses->second, file.native(), std::move(*content)});
    }
  }

  void store_sendfile_roots() {
    constexpr Key key = key_of("sendfile-root");
    for (Value& value : settings_.all(key)) {
      const auto row = read_row(key, value);
      if (!row) continue;
      auto name = parse_mount_path(row->name);
      const fs::path folder = absolute(row->value, value.folder);
      const auto readable = check_folder(folder);
      if (!name) refuse(key, value, name.error().message);
      if (!readable) refuse(key, value, readable.error().message);
      if (!name || !readable) continue;
      value.text = *name + "=" + folder.native();
      config_.sendfile_roots.push_back({std::move(*name), folder.native()});
    }
    if (!config_.sendfile_roots.empty() && !config_.needs_python()) {
      refuse(key, settings_.all(key).front(),
             "there is no application that could name files; leave it out");
    }
  }

 private:
  std::optional<Row> read_row(Key key, const Value& value) {
    const std::size_t equals = value.text.find('=');
    if (equals != std::string::npos && equals > 0) {
      Row row{value.text.substr(0, equals), value.text.substr(equals + 1)};
      if (!names_.insert(std::string(options[key].name) + row.name).second) {
        refuse(key, value, in_quotes(row.name) + " is written twice");
      }
      return row;
    }
    refuse(
        key, value,
        in_quotes(value.text) + " is not allowed; write " + std::string(options[key].placeholder));
    return std::nullopt;
  }

  // Null, and a fault, if there are no files at this path.
  Mount* find_files(Key key, const Value& value, std::string_view text) {
    const auto path = parse_mount_path(text);
    if (!path) {
      refuse(key, value, path.error().message);
      return nullptr;
    }
    const auto mount = std::ranges::find(config_.mounts, *path, &Mount::path);
    if (mount != config_.mounts.end() && mount->kind == TargetKind::files) return &*mount;
    refuse(key, value,
           "there is no folder of files at " + in_quotes(*path) + "; write --static " + *path +
               "=FOLDER too");
    return nullptr;
  }

  void refuse(Key key, const Value& value, std::string_view why) {
    faults_.push_back(fault(key, value, why));
  }

  Settings& settings_;
  Config& config_;
  Faults& faults_;
  std::set<std::string> names_;  // of rows, behind their option
};

}  // namespace

void store_files(Settings& settings, Config& config, Faults& faults) {
  Files files(settings, config, faults);
  files.store_indexes();
  files.store_fallbacks();
  files.store_listings();
  files.store_cache_rules();
  files.store_error_pages();
  files.store_sendfile_roots();
}

}  // namespace coachwhip::config
