#include "http/range.hpp"

#include <limits>
#include <optional>

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

// The only member of the list; nullopt if there are none or several.
std::optional<Bytes> find_only_member(Bytes list) {
  std::optional<Bytes> only;
  bool is_only = true;
  for_each_member(list, [&](Bytes member) {
    is_only = !only;
    only = member;
    return is_only;
  });
  return is_only ? only : std::nullopt;
}

}  // namespace

std::variant<WholeContent, ByteRange, NotSatisfiable> parse_range(Bytes value, std::uint64_t size) {
  constexpr Bytes unit = "bytes=";
  if (!equal_ignoring_case(value.substr(0, unit.size()), unit)) return WholeContent();
  const std::optional<Bytes> range = find_only_member(value.substr(unit.size()));
  const std::size_t dash = range ? range->find('-') : Bytes::npos;
  if (dash == Bytes::npos) return WholeContent();

  const std::optional<std::uint64_t> last = parse_number(range->substr(dash + 1));
  const bool is_open = dash + 1 == range->size();
  if (!last && !is_open) return WholeContent();

  if (dash == 0) {  // the last so many bytes
    if (is_open) return WholeContent();
    if (*last == 0) return NotSatisfiable();
    // Nothing at all cannot be named by a Content-Range: the whole is the same.
    if (size == 0) return WholeContent();
    const std::uint64_t count = std::min(*last, size);
    return ByteRange{size - count, count};
  }

  const std::optional<std::uint64_t> first = parse_number(range->substr(0, dash));
  if (!first || (last && *last < *first)) return WholeContent();
  if (*first >= size) return NotSatisfiable();
  return ByteRange{*first, std::min(last.value_or(number_max), size - 1) - *first + 1};
}

}  // namespace coachwhip::http
