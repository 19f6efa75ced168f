#include "config/option.hpp"

#include <algorithm>

namespace coachwhip::config {

std::string argument_name(const Option& option) {
  return option.positional() ? std::string(option.placeholder)
                             : std::string("--").append(option.name);
}

std::string variable_name(const Option& option) {
  std::string name = "COACHWHIP_";
  for (const char c : option.name) {
    name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

std::string allowed(const Option& option) {
  constexpr auto unbounded = std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  const auto bounds = [&option](std::string (*text)(std::uint64_t)) {
    if (option.range.max == unbounded) return " of at least " + text(option.range.min);
    return " from " + text(option.range.min) + " to " + text(option.range.max);
  };
  switch (option.kind) {
    case Kind::text:
      return "a string, " + std::string(option.placeholder);
    case Kind::list:
      return "a string or a list of strings, " + std::string(option.placeholder);
    case Kind::table:
      return "a table of strings, " + std::string(option.placeholder);
    case Kind::flag:
      return "true or false";
    case Kind::count:
      return "a whole number" + bounds([](std::uint64_t n) { return std::to_string(n); });
    case Kind::size:
      return "a size" + bounds(size_text) + ", as in 512, 16KiB, 4m or 1g";
    case Kind::duration:
      return "a time" + bounds(duration_text) + ", as in 500ms, 30s, 5m or 1h";
  }
  return {};
}

std::optional<std::uint64_t> parse_number(const Option& option, std::string_view text) {
  std::optional<std::uint64_t> value;
  switch (option.kind) {
    case Kind::flag:
      value = parse_flag(text);
      break;
    case Kind::count:
      value = parse_count(text);
      break;
    case Kind::size:
      value = parse_size(text);
      break;
    case Kind::duration:
      value = parse_duration(text);
      break;
    default:
      break;
  }
  return value && option.range.holds(*value) ? value : std::nullopt;
}

}  // namespace coachwhip::config
