#include "base/log.hpp"

#include <array>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <string>

namespace coachwhip::log {
namespace {

struct Row {
  Level level;
  std::string_view name;
  spdlog::level::level_enum spdlog_level;
};

constexpr std::array rows{
    Row{Level::debug, "debug", spdlog::level::debug},
    Row{Level::info, "info", spdlog::level::info},
    Row{Level::warning, "warning", spdlog::level::warn},
    Row{Level::error, "error", spdlog::level::err},
    Row{Level::off, "off", spdlog::level::off},
};

const Row& row(Level level) { return rows[static_cast<std::size_t>(level)]; }

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_logger_mt("coachwhip");
    made->set_pattern("%Y-%m-%d %H:%M:%S.%e [%l] %v");
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

std::string printable(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\n    ";
    } else if ((octet < 0x20 && c != '\t') || octet == 0x7f) {
      out += "\\x";
      out += digits[octet >> 4];
      out += digits[octet & 15];
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<Level> parse_level(std::string_view name) {
  for (const Row& candidate : rows) {
    if (candidate.name == name) return candidate.level;
  }
  return fail(
      ErrorKind::bad_input, 0,
      "unknown log level '" + std::string(name) + "': use debug, info, warning, error or off");
}

std::string_view name(Level level) { return row(level).name; }

void set_level(Level level) { logger().set_level(row(level).spdlog_level); }

bool enabled(Level level) { return logger().should_log(row(level).spdlog_level); }

void write(Level level, std::string_view text) {
  if (!enabled(level)) return;
  logger().log(row(level).spdlog_level, printable(text));
}

}  // namespace coachwhip::log
