#include "http/range.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "http/characters.hpp"
#include "http/headers.hpp"

namespace coachwhip::http {
namespace {

constexpr std::uint64_t number_max = std::numeric_limits<std::uint64_t>::max();

// A number too large to hold stands behind the end of any content, as its nearest neighbour does.
std::optional<std::uint64_t> parse_number(Bytes text) {
  if (text.empty() || !digits.has_all(text)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (number > (number_max - digit) / 10) return number_max;
    number = number * 10 + digit;
  }
  return number;
}

struct NotUnderstood {};
using OneRange = std::variant<NotUnderstood, ByteRange, NotSatisfiable>;

// The last `count` bytes.
OneRange suffix(std::uint64_t count, std::uint64_t size) {
  if (count == 0) return NotSatisfiable();
  // Nothing at all cannot be named by a Content-Range: the whole is the same.
  if (size == 0) return NotUnderstood();
  const std::uint64_t sent = std::min(count, size);
  return ByteRange{size - sent, sent};
}

// "first-last", "first-" or "-count".
OneRange parse_range(Bytes range, std::uint64_t size) {
  const std::size_t dash = range.find('-');
  if (dash == Bytes::npos) return NotUnderstood();
  const std::optional<std::uint64_t> last = parse_number(range.substr(dash + 1));
  if (dash == 0) return last ? suffix(*last, size) : NotUnderstood();
  const bool is_open = dash + 1 == range.size();
  if (!last && !is_open) return NotUnderstood();
  const std::optional<std::uint64_t> first = parse_number(range.substr(0, dash));
  if (!first || (last && *last < *first)) return NotUnderstood();
  if (*first >= size) return NotSatisfiable();
  return ByteRange{*first, std::min(last.value_or(number_max), size - 1) - *first + 1};
}

bool are_near(ByteRange a, ByteRange b) {
  if (a.first > b.first) std::swap(a, b);
  const std::uint64_t end = a.first + a.count;
  return b.first < end || b.first - end < range_gap_min;
}

// From the first byte of both to the last.
ByteRange unite(ByteRange a, ByteRange b) {
  const std::uint64_t first = std::min(a.first, b.first);
  return {first, std::max(a.first + a.count, b.first + b.count) - first};
}

// Takes the place of the first of those that it is united with.
void add(std::vector<ByteRange>& ranges, ByteRange added) {
  std::size_t place = ranges.size();
  for (std::size_t i = 0; i < ranges.size();) {
    if (!are_near(ranges[i], added)) {
      ++i;
      continue;
    }
    added = unite(ranges[i], added);
    ranges.erase(ranges.begin() + static_cast<std::ptrdiff_t>(i));
    place = std::min(place, i);
    i = 0;  // it has grown: those that were passed over may be near now
  }
  ranges.insert(ranges.begin() + static_cast<std::ptrdiff_t>(place), added);
}

}  // namespace

std::variant<WholeContent, std::vector<ByteRange>, NotSatisfiable> parse_ranges(
    Bytes value, std::uint64_t size) {
  constexpr Bytes unit = "bytes=";
  if (!equal_ignoring_case(value.substr(0, unit.size()), unit)) return WholeContent();
  std::vector<ByteRange> ranges;
  std::size_t count = 0;
  bool is_understood = true;
  for_each_member(value.substr(unit.size()), [&](Bytes member) {
    const OneRange range = parse_range(member, size);
    is_understood = ++count <= ranges_max && !std::holds_alternative<NotUnderstood>(range);
    if (const auto* bytes = std::get_if<ByteRange>(&range)) add(ranges, *bytes);
    return is_understood;
  });
  if (!is_understood || count == 0) return WholeContent();
  if (ranges.empty()) return NotSatisfiable();
  return ranges;
}

std::string format_content_range(ByteRange range, std::uint64_t size) {
  return "bytes " + std::to_string(range.first) + '-' +
         std::to_string(range.first + range.count - 1) + '/' + std::to_string(size);
}

}  // namespace coachwhip::http
