// Any value of Accept: the quality is one, and only what is accepted can be named and wanted.
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "http/accept.hpp"
#include "http/quality.hpp"

using namespace coachwhip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
  const Bytes value(reinterpret_cast<const char*>(data), length);
  if (!http::is_field_value(value)) return 0;
  http::Headers headers;
  headers.add("Accept", value);
  for (const Bytes type : {Bytes("text/html"), Bytes("application/json"), Bytes("a/b")}) {
    const http::Acceptance found = http::find_acceptance(headers, type);
    COACHWHIP_ASSERT(found.quality >= 0 && found.quality <= http::quality_max);
  }
  return 0;
}
