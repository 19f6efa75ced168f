// Any bytes: a chunked body is read or refused, and the same whole, byte by byte and in pieces.
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "http1/decode_in_pieces.hpp"

using namespace coachwhip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const char*>(data), size);
  http::Limits limits;
  limits.header_bytes_max = 100;
  limits.header_fields_max = 5;
  const std::string whole = http1::decode_in_pieces(input, size, 1, limits);
  COACHWHIP_ASSERT(http1::decode_in_pieces(input, 0, 1, limits) == whole);
  const std::size_t first = size == 0 ? 0 : data[0] % size;
  COACHWHIP_ASSERT(http1::decode_in_pieces(input, first, 7, limits) == whole);
  return 0;
}
