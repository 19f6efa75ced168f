#include "config/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>

#include "base/bytes.hpp"

namespace coachwhip::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// The largest last: that is the order in which a number is given back.
constexpr std::array size_units{
    Unit{"", 1},
    Unit{"KiB", std::uint64_t{1} << 10},
    Unit{"MiB", std::uint64_t{1} << 20},
    Unit{"GiB", std::uint64_t{1} << 30},
    Unit{"TiB", std::uint64_t{1} << 40},
};

constexpr std::array duration_units{
    Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}, Unit{"d", 86'400'000},
};

std::string text_in(std::span<const Unit> units, std::uint64_t value) {
  const Unit* chosen = &units.front();
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) chosen = &unit;
  }
  return std::to_string(value / chosen->factor).append(chosen->name);
}

bool is_size_unit(std::string_view text, std::string_view name) {
  return equal_ignoring_case(text, name) ||
         (!name.empty() && equal_ignoring_case(text, name.substr(0, 1)));
}

}  // namespace

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> parse_flag(std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (equal_ignoring_case(text, yes)) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (equal_ignoring_case(text, no)) return false;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_count(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const Unit& unit : size_units) {
    if (!is_size_unit(text.substr(digits), unit.name)) continue;
    if (*number > std::numeric_limits<std::uint64_t>::max() / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_duration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
  if (error != std::errc{} || end != text.data() + digits) return std::nullopt;
  const std::string_view name = digits == text.size() ? "s" : text.substr(digits);
  for (const Unit& unit : duration_units) {
    const double milliseconds = std::round(number * static_cast<double>(unit.factor));
    if (name == unit.name && milliseconds < 1e15) return static_cast<std::uint64_t>(milliseconds);
  }
  return std::nullopt;
}

std::string size_text(std::uint64_t bytes) { return text_in(size_units, bytes); }

std::string duration_text(std::uint64_t milliseconds) {
  return milliseconds == 0 ? "0" : text_in(duration_units, milliseconds);
}

}  // namespace coachwhip::config
