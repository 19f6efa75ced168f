// Any path: decoding ends below the root without dot segments, and encoding is undone by it.
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "http/uri.hpp"

using coachwhip::Bytes;

namespace {

void check_path(Bytes path) {
  COACHWHIP_ASSERT(path.starts_with('/'));
  for (const Bytes segment : {"/./", "/../"}) COACHWHIP_ASSERT(path.find(segment) == Bytes::npos);
  COACHWHIP_ASSERT(!path.ends_with("/.") && !path.ends_with("/.."));
}

void check_encoding(Bytes path) {
  std::string storage;
  const std::string encoded = coachwhip::http::encode_path(path);
  const auto decoded = coachwhip::http::decode_path(encoded, storage);
  if (path.find('\0') == Bytes::npos) COACHWHIP_ASSERT(decoded && *decoded == path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const char*>(data), size);
  coachwhip::http::is_authority(input);
  std::string storage;
  const auto path = coachwhip::http::decode_path(input, storage);
  if (!path) return 0;
  check_path(*path);
  check_encoding(*path);
  return 0;
}
