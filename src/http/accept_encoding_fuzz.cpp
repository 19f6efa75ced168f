// Any value of Accept-Encoding: qualities stay within their bounds, and saying it twice changes
// nothing.
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "http/accept_encoding.hpp"

using namespace coachwhip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes value(reinterpret_cast<const char*>(data), size);
  http::Headers once;
  once.add(http::HeaderId::accept_encoding, value);
  http::Headers twice = once;
  twice.add(http::HeaderId::accept_encoding, value);
  const http::AcceptedCodings accepted(once);
  const http::AcceptedCodings again(twice);
  for (const auto coding : {http::ContentCoding::identity, http::ContentCoding::gzip,
                            http::ContentCoding::br, http::ContentCoding::zstd}) {
    const int quality = accepted.quality(coding);
    COACHWHIP_ASSERT(quality >= 0 && quality <= 1000);
    COACHWHIP_ASSERT(again.quality(coding) == quality);
  }
  return 0;
}
