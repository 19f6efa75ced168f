#include "config/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

// The parser's own assertions fail on some texts that are not TOML: one that does is an exception,
// which ends the parsing as any other mistake in the text does. With NDEBUG they would be promises
// to the compiler.
namespace {
[[noreturn]] void refuse_text() { throw std::logic_error("the parser cannot make sense of it"); }
}  // namespace
#undef NDEBUG
#define TOML_ASSERT(expression) ((expression) ? static_cast<void>(0) : refuse_text())
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "base/error.hpp"
#include "config/nearest.hpp"

namespace coachwhip::config {
namespace {

Result<std::string> read_whole(const std::filesystem::path& path, const std::string& shown) {
  const auto refuse = [&shown](const std::string& reason) {
    return fail(ErrorKind::io, 0,
                "cannot read " + shown + ": " + reason + "; name a readable file with --config");
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) return refuse("it is a folder");
  // Opening a FIFO would wait for its writer, and a device may have no end.
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return refuse("it is no regular file");
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return refuse(std::strerror(errno));
  std::ostringstream text;
  if (stream.peek() != std::ifstream::traits_type::eof()) text << stream.rdbuf();
  return text.str();
}

// The line at which the parser gives up without saying where: the first that makes it do so.
std::size_t line_of_surrender(std::string_view text) {
  std::size_t line = 1;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; ++line) {
    try {
      (void)toml::parse(text.substr(0, end));
    } catch (const toml::parse_error&) {  // the text goes on below
    } catch (const std::logic_error&) {
      return line;
    }
    end = text.find('\n', end + 1);
  }
  return line;
}

std::expected<toml::table, Faults> parse(const std::string& text, const std::string& shown) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return std::unexpected(Faults{shown + ":" + std::to_string(error.source().begin.line) +
                                  ": not TOML: " + std::string(error.description())});
  } catch (const std::logic_error& error) {
    return std::unexpected(Faults{shown + ":" + std::to_string(line_of_surrender(text)) +
                                  ": not TOML: " + error.what()});
  }
}

// A value as text, if it is of a type that the option takes.
std::optional<std::string> text_of(const Option& option, const toml::node& node) {
  const bool is_time = option.kind == Kind::duration;
  if (option.kind == Kind::flag) {
    if (const auto* flag = node.as_boolean()) return **flag ? "true" : "false";
    return std::nullopt;
  }
  if (option.kind != Kind::count) {
    if (const auto* text = node.as_string()) return **text;
  }
  if (option.kind == Kind::count || option.kind == Kind::size || is_time) {
    if (const auto* number = node.as_integer()) return std::to_string(**number);
  }
  if (const auto* number = node.as_floating_point(); number && is_time) {
    return std::to_string(**number);
  }
  return std::nullopt;
}

std::string shown_value(const toml::node& node) {
  if (const auto* text = node.as_string()) return "'" + **text + "'";
  if (const auto* number = node.as_integer()) return std::to_string(**number);
  if (const auto* number = node.as_floating_point()) return std::to_string(**number);
  if (const auto* flag = node.as_boolean()) return **flag ? "true" : "false";
  if (const auto* list = node.as_array()) return list->empty() ? "an empty list" : "a list";
  return node.is_table() ? "a table" : "a date or time";
}

class Reader {
 public:
  Reader(std::filesystem::path folder, std::string shown)
      : folder_(std::move(folder)), shown_(std::move(shown)) {}

  std::expected<std::vector<Given>, Faults> read(const toml::table& table) {
    for (auto&& [name, node] : table) read_option(name, node);
    if (!faults_.empty()) return std::unexpected(std::move(faults_));
    return std::move(given_);
  }

 private:
  void read_option(const toml::key& name, const toml::node& node) {
    const auto key = find_key(name.str());
    if (!key) {
      faults_.push_back(place(name.source()) + "unknown key '" + std::string(name.str()) +
                        "'; the nearest is '" + std::string(nearest_option(name.str()).name) + "'");
      return;
    }
    if (!options[*key].in_file()) {
      faults_.push_back(place(name.source()) + std::string(name.str()) +
                        ": a file cannot name this; say it on the command line");
      return;
    }
    const Option& option = options[*key];
    if (option.kind == Kind::table) {
      read_table(*key, node);
    } else if (const auto* list = node.as_array();
               list && !list->empty() && option.kind == Kind::list) {
      for (const toml::node& element : *list) add(*key, "", element);
    } else {
      add(*key, "", node);
    }
  }

  void read_table(Key key, const toml::node& node) {
    const auto* table = node.as_table();
    if (!table) return refuse(key, node);
    for (const auto& [name, value] : in_order(*table)) {
      if (name->str().find('=') != std::string_view::npos) {
        faults_.push_back(place(name->source()) + std::string(options[key].name) + ": '" +
                          std::string(name->str()) + "' holds a '='; choose a name without");
        continue;
      }
      add(key, std::string(name->str()) + "=", *value);
    }
  }

  // As it is written: the parser sorts by name.
  static std::vector<std::pair<const toml::key*, const toml::node*>> in_order(
      const toml::table& table) {
    std::vector<std::pair<const toml::key*, const toml::node*>> rows;
    for (auto&& [name, value] : table) rows.emplace_back(&name, &value);
    std::ranges::sort(rows, {}, [](const auto& row) {
      const toml::source_position begin = row.first->source().begin;
      return std::pair(begin.line, begin.column);
    });
    return rows;
  }

  void add(Key key, const std::string& prefix, const toml::node& node) {
    const auto text = text_of(options[key], node);
    if (!text) return refuse(key, node);
    std::string origin = shown_ + ":" + std::to_string(node.source().begin.line);
    given_.push_back(
        {key, {.text = prefix + *text, .origin = std::move(origin), .folder = folder_}});
  }

  void refuse(Key key, const toml::node& node) {
    faults_.push_back(place(node.source()) + std::string(options[key].name) + ": " +
                      shown_value(node) + " is not allowed; write " + allowed(options[key]));
  }

  std::string place(const toml::source_region& region) const {
    return shown_ + ":" + std::to_string(region.begin.line) + ": ";
  }

  std::filesystem::path folder_;
  std::string shown_;
  std::vector<Given> given_;
  Faults faults_;
};

}  // namespace

std::expected<std::vector<Given>, Faults> read_file(const std::filesystem::path& path,
                                                    const std::string& shown) {
  const auto text = read_whole(path, shown);
  if (!text) return std::unexpected(Faults{text.error().message});
  const auto table = parse(*text, shown);
  if (!table) return std::unexpected(table.error());
  return Reader(path.parent_path(), shown).read(*table);
}

}  // namespace coachwhip::config
