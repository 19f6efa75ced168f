// CharacterSet: which bytes may stand somewhere, as a table with one look per byte.
#pragma once

#include <array>

#include "base/bytes.hpp"

namespace coachwhip::http {

class CharacterSet {
 public:
  constexpr CharacterSet with(Bytes characters) const {
    CharacterSet made = *this;
    for (const char c : characters) made.members_[index(c)] = true;
    return made;
  }
  // Both ends included.
  constexpr CharacterSet with_range(unsigned char first, unsigned char last) const {
    CharacterSet made = *this;
    for (unsigned c = first; c <= last; ++c) made.members_[c] = true;
    return made;
  }

  constexpr bool has(char c) const { return members_[index(c)]; }
  // The number of bytes before the first that is not a member.
  constexpr std::size_t span(Bytes text) const {
    std::size_t count = 0;
    // Four looks at a time: targets and field names are read with this.
    while (text.size() - count >= 4 && has(text[count]) && has(text[count + 1]) &&
           has(text[count + 2]) && has(text[count + 3])) {
      count += 4;
    }
    while (count < text.size() && has(text[count])) ++count;
    return count;
  }
  constexpr bool has_all(Bytes text) const { return span(text) == text.size(); }

 private:
  static constexpr unsigned char index(char c) { return static_cast<unsigned char>(c); }

  std::array<bool, 256> members_{};
};

inline constexpr CharacterSet digits = CharacterSet().with_range('0', '9');
inline constexpr CharacterSet letters_and_digits = digits.with_range('a', 'z').with_range('A', 'Z');
// RFC 9110 section 5.6.2.
inline constexpr CharacterSet token_characters = letters_and_digits.with("!#$%&'*+-.^_`|~");
// RFC 9110 section 5.5, with the blanks between.
inline constexpr CharacterSet
    field_value_characters = CharacterSet().with("\t").with_range(' ', '~').with_range(0x80, 0xff);
// RFC 3986 section 2.3.
inline constexpr CharacterSet unreserved_characters = letters_and_digits.with("-._~");
// RFC 3986 section 2.2.
inline constexpr Bytes sub_delimiters = "!$&'()*+,;=";

// The value of a hexadecimal digit; -1 for any other byte.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace coachwhip::http
