#include "config/environment.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "config/nearest.hpp"

namespace coachwhip::config {
namespace {

constexpr std::string_view prefix = "COACHWHIP_";

std::optional<Key> key_of_variable(std::string_view name) {
  const auto row = std::ranges::find(options, name, variable_name);
  if (row == options.end()) return std::nullopt;
  return static_cast<Key>(row - options.begin());
}

std::string option_name(std::string_view variable_name) {
  std::string name;
  for (const char c : variable_name.substr(prefix.size())) name += c == '_' ? '-' : to_lower(c);
  return name;
}

std::vector<std::string_view> parts_of(const Option& option, std::string_view text) {
  if (!option.repeatable()) return {text};
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (const Bytes part = trim(text.substr(begin, end - begin)); !part.empty()) {
      parts.push_back(part);
    }
    begin = end + 1;
  }
  return parts;
}

}  // namespace

std::string_view variable(Environment environment, std::string_view name) {
  for (const std::string_view entry : environment) {
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
      return entry.substr(name.size() + 1);
    }
  }
  return {};
}

std::vector<Given> read_environment(Environment environment, std::vector<std::string>& warnings) {
  std::vector<Given> given;
  for (const std::string_view entry : environment) {
    const std::size_t equals = entry.find('=');
    if (!entry.starts_with(prefix) || equals == std::string_view::npos) continue;
    const std::string name(entry.substr(0, equals));
    const std::string_view text = entry.substr(equals + 1);
    const auto key = key_of_variable(name);
    if (!key) {
      warnings.push_back("the environment variable " + name + " means nothing; did you mean " +
                         variable_name(nearest_option(option_name(name))) + "?");
      continue;
    }
    if (text.empty()) continue;
    for (const std::string_view part : parts_of(options[*key], text)) {
      given.push_back({*key, {.text = std::string(part), .origin = name, .folder = {}}});
    }
  }
  return given;
}

}  // namespace coachwhip::config
