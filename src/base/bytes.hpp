// Bytes: a view of octets that somebody else owns. The name says who: see each function's contract.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace coachwhip {

using Bytes = std::string_view;

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// ASCII only, as every name in HTTP is.
constexpr bool equal_ignoring_case(Bytes a, Bytes b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return to_lower(x) == to_lower(y);
         });
}

// Without optional whitespace (RFC 9110 section 5.6.3: SP and HTAB) at both ends.
constexpr Bytes trim(Bytes text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace coachwhip
