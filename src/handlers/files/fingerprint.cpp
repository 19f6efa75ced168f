#include "handlers/files/fingerprint.hpp"

#include <cstddef>

#include "http/characters.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::CharacterSet;
using http::digits;

constexpr std::size_t size_min = 8;
constexpr std::size_t word_min = 4;
constexpr CharacterSet lower_letters = CharacterSet().with_range('a', 'z');
constexpr CharacterSet upper_letters = CharacterSet().with_range('A', 'Z');
constexpr CharacterSet lower_hex = digits.with_range('a', 'f');
constexpr CharacterSet upper_hex = digits.with_range('A', 'F');
constexpr CharacterSet base32 = upper_letters.with_range('2', '7');
constexpr CharacterSet base62 = http::letters_and_digits.with("_");

std::size_t count(Bytes part, const CharacterSet& characters) {
  return static_cast<std::size_t>(
      std::ranges::count_if(part, [&](char c) { return characters.has(c); }));
}

bool is_hex(Bytes part) {
  const std::size_t numbers = count(part, digits);
  if (numbers == 0 || numbers == part.size()) return false;
  return lower_hex.has_all(part) || upper_hex.has_all(part);
}

bool is_base32(Bytes part) {
  if (part.size() != size_min || !base32.has_all(part)) return false;
  const std::size_t number = upper_letters.span(part);
  return count(part.substr(number), upper_letters) > 0;
}

bool has_word(Bytes part, const CharacterSet& letters) {
  while (!part.empty()) {
    const std::size_t size = letters.span(part);
    if (size >= word_min) return true;
    part.remove_prefix(std::min(size + 1, part.size()));
  }
  return false;
}

bool is_base62(Bytes part) {
  if (!base62.has_all(part)) return false;
  const std::size_t lower = count(part, lower_letters);
  const std::size_t upper = count(part, upper_letters);
  const std::size_t numbers = count(part, digits);
  if (lower == 0 || upper == 0 || numbers == 0 || numbers > lower + upper) return false;
  return !has_word(part, lower_letters) && !has_word(part, upper_letters);
}

bool is_fingerprint(Bytes part) {
  return part.size() >= size_min && (is_hex(part) || is_base32(part) || is_base62(part));
}

}  // namespace

bool is_fingerprinted(Bytes file_name) {
  constexpr Bytes separators = ".-";
  file_name.remove_prefix(file_name.rfind('/') + 1);  // npos + 1 is 0
  std::size_t begin = file_name.find_first_of(separators);
  while (begin != Bytes::npos) {
    const std::size_t end = file_name.find_first_of(separators, begin + 1);
    if (end == Bytes::npos) return false;  // the last part
    if (is_fingerprint(file_name.substr(begin + 1, end - begin - 1))) return true;
    begin = end;
  }
  return false;
}

}  // namespace coachwhip::handlers::files
