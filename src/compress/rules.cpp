#include "compress/rules.hpp"

#include <algorithm>
#include <array>

#include "compress/media_types.hpp"

namespace coachwhip::compress {
namespace {

using http::HeaderId;

constexpr std::array<Bytes, 3> digests{"Content-Digest", "Repr-Digest", "Content-MD5"};

bool is_digest(Bytes name) {
  return std::ranges::any_of(digests,
                             [name](Bytes digest) { return equal_ignoring_case(name, digest); });
}

bool forbids_transform(Bytes cache_control) {
  bool is_forbidden = false;
  http::for_each_member(cache_control, [&](Bytes directive) {
    is_forbidden = equal_ignoring_case(directive, "no-transform");
    return !is_forbidden;
  });
  return is_forbidden;
}

bool stands_against(const http::Field& field) {
  switch (field.id) {
    case HeaderId::content_encoding:
    case HeaderId::content_range:
      return true;
    case HeaderId::cache_control:
      return forbids_transform(field.value);
    case HeaderId::other:
      return is_digest(field.name);
    default:
      return false;
  }
}

}  // namespace

bool may_encode(const http::Headers& headers) {
  const auto type = headers.find(HeaderId::content_type);
  if (!type || !is_compressible(*type)) return false;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (stands_against(headers[i])) return false;
  }
  return true;
}

}  // namespace coachwhip::compress
