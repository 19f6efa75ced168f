#include "config/settings.hpp"

namespace coachwhip::config {

Settings::Settings() {
  for (Key key = 0; key < options.size(); ++key) {
    const std::string_view text = options[key].fallback;
    if (text.empty() || text.starts_with('(')) continue;
    set_default(key, std::string(text), "default");
  }
}

void Settings::overlay(const std::vector<Given>& given) {
  for (const Given& one : given) values_[one.key].clear();
  for (const Given& one : given) values_[one.key].push_back(one.value);
}

void Settings::set_default(Key key, std::string text, const std::string& why) {
  values_[key] = {Value{.text = std::move(text), .origin = why, .folder = {}}};
}

std::string fault(Key key, const Value& value, std::string_view why) {
  const Option& option = options[key];
  std::string line = value.origin + ": ";
  if (line != argument_name(option) + ": " && line != variable_name(option) + ": ") {
    line.append(option.name).append(": ");
  }
  return line.append(why);
}

}  // namespace coachwhip::config
