#include "config/discovery.hpp"

#include <array>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/bytes.hpp"

namespace coachwhip::config {
namespace {

constexpr std::string_view
    name_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";

std::optional<std::string> read(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) return std::nullopt;
  return text.str();
}

// The string that stands after DJANGO_SETTINGS_MODULE, as in setdefault("DJANGO_…",
// "site.settings").
std::string_view settings_module(std::string_view text) {
  constexpr std::string_view variable = "DJANGO_SETTINGS_MODULE";
  const std::size_t found = text.find(variable);
  if (found == std::string_view::npos) return {};
  text.remove_prefix(found + variable.size());
  text.remove_prefix(std::min(text.find_first_of(name_characters), text.size()));
  return text.substr(0, text.find_first_not_of(name_characters));
}

// site.settings and site.settings.local belong to the package `site` that holds wsgi.py.
std::optional<Discovery> discover_django(const std::filesystem::path& folder) {
  const auto text = read(folder / "manage.py");
  if (!text) return std::nullopt;
  const std::string settings(settings_module(*text));
  std::string package = settings;
  for (std::size_t dot; (dot = package.rfind('.')) != std::string::npos;) {
    package.resize(dot);
    std::string path = package;
    for (char& c : path) c = c == '.' ? '/' : c;
    std::error_code ignored;
    if (std::filesystem::exists(folder / path / "wsgi.py", ignored)) {
      return Discovery{package + ".wsgi:application", "manage.py names " + settings};
    }
  }
  return std::nullopt;
}

// Takes the word from the front of the line, with the space after it.
bool take(std::string_view& line, std::string_view word) {
  if (!line.starts_with(word)) return false;
  const std::string_view rest = line.substr(word.size());
  if (!rest.empty() && name_characters.find(rest.front()) != std::string_view::npos) return false;
  line = trim(rest);
  return true;
}

// `x, y as name, name`
bool imports(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find_first_of(",#"), list.size());
    std::string_view item = list.substr(0, comma);
    while (item.ends_with(')') || item.ends_with(' ')) item.remove_suffix(1);
    while (item.starts_with('(') || item.starts_with(' ')) item.remove_prefix(1);
    if (const std::size_t as = item.find(" as "); as != std::string_view::npos) {
      item = trim(item.substr(as + 4));
    }
    if (item == name) return true;
    if (comma == list.size() || list[comma] == '#') return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

// Does this line, which begins in the first column, bind the name?
bool binds(std::string_view line, std::string_view name) {
  if (line.starts_with("from ")) {
    const std::size_t list = line.find(" import ");
    return list != std::string_view::npos && imports(line.substr(list + 8), name);
  }
  take(line, "async");
  if (take(line, "def") || take(line, "class")) return take(line, name);
  if (!take(line, name)) return false;
  const std::size_t equals = line.find('=');
  const bool is_comparison = equals + 1 < line.size() && line[equals + 1] == '=';
  const bool is_annotated = line.starts_with(':');
  return equals != std::string_view::npos && !is_comparison && (equals == 0 || is_annotated);
}

// The number of the first line that binds the name globally, 0 if none does. Text in triple quotes
// does not count.
int line_that_binds(std::string_view text, std::string_view name) {
  std::string_view open_quotes;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (open_quotes.empty() && binds(line, name)) return number;
    for (std::size_t i = 0; i + 3 <= line.size(); ++i) {
      const std::string_view three = line.substr(i, 3);
      if (open_quotes.empty() ? three != "\"\"\"" && three != "'''" : three != open_quotes)
        continue;
      open_quotes = open_quotes.empty() ? three : std::string_view{};
      i += 2;
    }
  }
  return 0;
}

std::optional<Discovery> discover_module(const std::filesystem::path& folder,
                                         const std::string& module) {
  const std::string file = module + ".py";
  const auto text = read(folder / file);
  if (!text) return std::nullopt;
  for (const std::string name : {"application", "app", "create_app"}) {
    const int line = line_that_binds(*text, name);
    if (line == 0) continue;
    return Discovery{module + ":" + name + (name == "create_app" ? "()" : ""),
                     file + ":" + std::to_string(line) + " binds " + name};
  }
  return std::nullopt;
}

}  // namespace

Result<Discovery> discover(const std::filesystem::path& folder) {
  if (auto django = discover_django(folder)) return *django;
  for (const std::string module : {"wsgi", "app", "main"}) {
    if (auto found = discover_module(folder, module)) return *found;
  }
  return fail(
      ErrorKind::bad_input, 0,
      "nothing to serve in '" + folder.native() +
          "': no manage.py whose settings have a wsgi.py beside them, and no wsgi.py, app.py "
          "or main.py with a global application, app or create_app(); name the application, "
          "as in: coachwhip site.wsgi:application, or a folder, as in: coachwhip ./public");
}

}  // namespace coachwhip::config
