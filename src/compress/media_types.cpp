#include "compress/media_types.hpp"

#include <algorithm>
#include <array>

namespace coachwhip::compress {
namespace {

constexpr std::array others{
#define COACHWHIP_MEDIA_TYPE(type) Bytes(type),
#include "compress/tables/media_types.def"
#undef COACHWHIP_MEDIA_TYPE
};

constexpr Bytes text = "text/";
// RFC 6839 and RFC 9512: what a type is built upon.
constexpr std::array<Bytes, 3> suffixes{"+json", "+xml", "+yaml"};

bool ends_ignoring_case(Bytes type, Bytes suffix) {
  return type.size() > suffix.size() &&
         equal_ignoring_case(type.substr(type.size() - suffix.size()), suffix);
}

}  // namespace

bool is_compressible(Bytes content_type) {
  const Bytes type = trim(content_type.substr(0, content_type.find(';')));
  if (equal_ignoring_case(type.substr(0, text.size()), text)) return true;
  const auto is_type = [type](Bytes other) { return equal_ignoring_case(type, other); };
  const auto has_suffix = [type](Bytes suffix) { return ends_ignoring_case(type, suffix); };
  return std::ranges::any_of(others, is_type) || std::ranges::any_of(suffixes, has_suffix);
}

}  // namespace coachwhip::compress
