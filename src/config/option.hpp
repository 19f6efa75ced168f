// Option: one thing that an operator can say, wherever it is said. The rows stand in
// tables/options.def.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "config/number.hpp"

namespace coachwhip::config {

enum class Group : std::uint8_t { site, files, python, server, logs, limits };

enum class Kind : std::uint8_t { text, list, table, flag, count, size, duration };

struct Option {
  std::string_view name;  // "idle-timeout": --idle-timeout, COACHWHIP_IDLE_TIMEOUT, idle-timeout =
                          // …
  Group group = Group::site;
  Kind kind = Kind::text;
  std::string_view placeholder;
  std::string_view fallback;  // as a user would write it; in parentheses if found out at start
  std::string_view help;
  // Flags and numbers only.
  Range range;
  void (*store)(Config& config, std::uint64_t value) = nullptr;

  bool repeatable() const { return kind == Kind::list || kind == Kind::table; }
  // The target is the one thing on the command line that needs no name.
  bool positional() const { return name == "app"; }
  // A file cannot name the file.
  bool in_file() const { return name != "config"; }
};

inline constexpr auto options = std::to_array<Option>({
#define COACHWHIP_OPTION(group, kind, name, placeholder, fallback, help) \
  {name, Group::group, Kind::kind, placeholder, fallback, help, {}, nullptr},
#define COACHWHIP_NUMBER(group, kind, name, placeholder, fallback, min, max, help, statement) \
  {name,     Group::group, Kind::kind, placeholder,                                           \
   fallback, help,         {min, max}, [](Config& config, std::uint64_t value) { statement; }},
#define COACHWHIP_COUNT(group, name, field, fallback, min, max, help) \
  COACHWHIP_NUMBER(group, count, name, "N", fallback, min, max, help, \
                   config.field = static_cast<decltype(Config{}.field)>(value))
#define COACHWHIP_SIZE(group, name, field, fallback, min, max, help)    \
  COACHWHIP_NUMBER(group, size, name, "SIZE", fallback, min, max, help, \
                   config.field = static_cast<decltype(Config{}.field)>(value))
#define COACHWHIP_DURATION(group, name, field, fallback, min, max, help)    \
  COACHWHIP_NUMBER(group, duration, name, "TIME", fallback, min, max, help, \
                   config.field = std::chrono::milliseconds(value))
#define COACHWHIP_FLAG(group, name, field, help) \
  COACHWHIP_NUMBER(group, flag, name, "", "false", 0, 1, help, config.field = value != 0)
#include "config/tables/options.def"
#undef COACHWHIP_OPTION
#undef COACHWHIP_NUMBER
#undef COACHWHIP_COUNT
#undef COACHWHIP_SIZE
#undef COACHWHIP_DURATION
#undef COACHWHIP_FLAG
});

// Where an option stands in the table. A name that is written in the code must be known.
using Key = std::size_t;

constexpr std::optional<Key> find_key(std::string_view name) {
  for (Key key = 0; key < options.size(); ++key) {
    if (options[key].name == name) return key;
  }
  return std::nullopt;
}

consteval Key key_of(std::string_view name) { return find_key(name).value(); }

// "--idle-timeout", or "TARGET".
std::string argument_name(const Option& option);

// "COACHWHIP_IDLE_TIMEOUT"
std::string variable_name(const Option& option);

// What may be written, to follow "write ": "a whole number from 1 to 64".
std::string allowed(const Option& option);

// The value of a flag or number, if it is one and in range.
std::optional<std::uint64_t> parse_number(const Option& option, std::string_view text);

}  // namespace coachwhip::config
