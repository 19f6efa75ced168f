#include "config/target.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <unistd.h>

#include "base/bytes.hpp"

namespace coachwhip::config {
namespace {

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

bool is_identifier(std::string_view text) {
  const auto is_letter = [](char c) {
    return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '_' || (c & 0x80) != 0;
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && !is_digit(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || is_digit(c); });
}

bool is_dotted(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return is_identifier(text);
  return is_identifier(text.substr(0, dot)) && is_dotted(text.substr(dot + 1));
}

bool is_module_target(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return is_dotted(text);
  std::string_view attribute = text.substr(colon + 1);
  if (attribute.ends_with("()")) attribute.remove_suffix(2);
  return is_dotted(text.substr(0, colon)) && is_dotted(attribute);
}

Result<Target> folder_target(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) {
    return fail(ErrorKind::bad_input, 0,
                in_quotes(path.native()) +
                    " is a file; write the folder that holds it, or an application as module:name");
  }
  const auto readable = check_folder(path);
  if (!readable) return std::unexpected(readable.error());
  return Target{TargetKind::files, path.native()};
}

}  // namespace

std::filesystem::path absolute(const std::filesystem::path& path,
                               const std::filesystem::path& folder) {
  std::filesystem::path whole = (folder / path).lexically_normal();
  return whole.has_filename() || !whole.has_relative_path() ? whole : whole.parent_path();
}

Result<void> check_folder(const std::filesystem::path& folder) {
  std::error_code error;
  const auto status = std::filesystem::status(folder, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return fail(ErrorKind::bad_input, 0,
                "there is no folder " + in_quotes(folder.native()) + "; make it, or name another");
  }
  if (!error && !std::filesystem::is_directory(status)) {
    return fail(ErrorKind::bad_input, 0, in_quotes(folder.native()) + " is not a folder; name one");
  }
  if (!error && ::access(folder.c_str(), R_OK | X_OK) != 0) {
    error.assign(errno, std::generic_category());
  }
  if (!error) return {};
  return fail(ErrorKind::bad_input, error.value(),
              "cannot read the folder " + in_quotes(folder.native()) + ": " + error.message() +
                  "; give this user the right to");
}

Result<std::string> parse_mount_path(std::string_view text) {
  std::string_view path = text;
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto never_sent = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '?' || c == '#' || c == '%';
  };
  const std::string closed = std::string(path) + "/";
  if (!path.starts_with('/')) {
    return fail(ErrorKind::bad_input, 0, "the path " + in_quotes(text) + " must begin with '/'");
  }
  if (path != "/" &&
      (closed.find("//") != std::string::npos || closed.find("/./") != std::string::npos ||
       closed.find("/../") != std::string::npos || std::ranges::any_of(path, never_sent))) {
    return fail(ErrorKind::bad_input, 0,
                "no request can match the path " + in_quotes(text) +
                    "; write it plain and decoded, as in /blog or /a/b");
  }
  return std::string(path);
}

Result<Target> parse_target(std::string_view text, const std::filesystem::path& folder) {
  const std::filesystem::path path = absolute(text, folder);
  if (text.find('/') != std::string_view::npos) return folder_target(path);
  std::error_code ignored;
  const bool is_package = std::filesystem::exists(path / "__init__.py", ignored);
  if (std::filesystem::is_directory(path, ignored) && !text.empty() && !is_package) {
    return folder_target(path);
  }
  if (text.ends_with(".py") && std::filesystem::exists(path, ignored)) {
    return fail(ErrorKind::bad_input, 0,
                in_quotes(text) + " is a file; write the module's name: " +
                    in_quotes(text.substr(0, text.size() - 3)));
  }
  if (is_module_target(text)) return Target{TargetKind::wsgi, std::string(text)};
  return fail(ErrorKind::bad_input, 0,
              in_quotes(text) +
                  " is no target; write module:attribute, module, module:factory() or " +
                  "a folder as ./folder");
}

}  // namespace coachwhip::config
