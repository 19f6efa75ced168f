// Numbers as an operator writes them: counts, sizes, durations, yes and no.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coachwhip::config {

struct Range {
  std::uint64_t min = 0;
  std::uint64_t max = 0;

  constexpr bool holds(std::uint64_t value) const { return min <= value && value <= max; }
};

std::optional<std::uint64_t> parse_count(std::string_view text);

// true, false, yes, no, on, off, 1, 0
std::optional<bool> parse_flag(std::string_view text);

// Bytes: "16384", "16k", "16KiB", "4g"; units are powers of 1024.
std::optional<std::uint64_t> parse_size(std::string_view text);

// Milliseconds: "500ms", "30s", "1.5m", "2h", "1d"; a plain number is seconds.
std::optional<std::uint64_t> parse_duration(std::string_view text);

// The shortest whole form: 16384 is "16KiB", 90000 ms is "90s".
std::string size_text(std::uint64_t bytes);
std::string duration_text(std::uint64_t milliseconds);

}  // namespace coachwhip::config
