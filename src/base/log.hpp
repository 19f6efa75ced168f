// The server's log: lines on standard error, "date time [level] text". Thread-safe.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace coachwhip::log {

enum class Level { debug, info, warning, error, off };

// One of debug, info, warning, error, off.
Result<Level> parse_level(std::string_view name);
std::string_view name(Level level);

void set_level(Level level);
bool enabled(Level level);

// Control bytes in `text` are written as \xHH, newlines excepted, so that no input can forge a line
// that moves the cursor; every further line of a text is indented under its first.
void write(Level level, std::string_view text);

inline void debug(std::string_view text) { write(Level::debug, text); }
inline void info(std::string_view text) { write(Level::info, text); }
inline void warning(std::string_view text) { write(Level::warning, text); }
inline void error(std::string_view text) { write(Level::error, text); }

}  // namespace coachwhip::log
