#include "http/quality.hpp"

#include <algorithm>

#include "http/characters.hpp"

namespace coachwhip::http {

std::optional<int> parse_quality(Bytes text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  const Bytes fraction = text.substr(std::min<std::size_t>(2, text.size()));
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  if (!digits.has_all(fraction)) return std::nullopt;
  int quality = text[0] == '1' ? quality_max : 0;
  int unit = quality_max / 10;
  for (const char c : fraction) {
    quality += (c - '0') * unit;
    unit /= 10;
  }
  return quality <= quality_max ? std::optional(quality) : std::nullopt;
}

}  // namespace coachwhip::http
