// The two scans of a head's inner loop: for the end of a line, and for the colon after a field
// name.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>

#include "http/characters.hpp"

namespace coachwhip::http1 {

// The first byte in [at, end) that no field value may hold (control bytes but HTAB, and DEL): the
// CR at the end of a good line. `end` if there is none.
inline const char* find_control_bytewise(const char* at, const char* end) {
  while (at != end && http::field_value_characters.has(*at)) ++at;
  return at;
}

#if defined(__SSE2__)

inline __m128i load_group(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

// A bit for each byte of a comparison's result.
inline unsigned to_mask(__m128i result) { return static_cast<unsigned>(_mm_movemask_epi8(result)); }

inline const char* find_control(const char* at, const char* end) {
  // One more than a byte is, as a signed number, at most 0x20 for control bytes and DEL, and also
  // for HTAB and bytes that are not ASCII: those are rare, and looked at one by one.
  const __m128i one = _mm_set1_epi8(1);
  const __m128i limit = _mm_set1_epi8(0x21);
  for (; end - at >= 16; at += 16) {
    const unsigned suspects = to_mask(_mm_cmplt_epi8(_mm_add_epi8(load_group(at), one), limit));
    if (suspects == 0) continue;
    const char* const found = find_control_bytewise(at + std::countr_zero(suspects), at + 16);
    if (found != at + 16) return found;
  }
  return find_control_bytewise(at, end);
}

// The position of the first colon; the size of the line if it has none.
inline std::size_t find_colon(Bytes line) {
  const __m128i colon = _mm_set1_epi8(':');
  std::size_t i = 0;
  for (; line.size() - i >= 16; i += 16) {
    const unsigned mask = to_mask(_mm_cmpeq_epi8(load_group(line.data() + i), colon));
    if (mask != 0) return i + static_cast<std::size_t>(std::countr_zero(mask));
  }
  while (i < line.size() && line[i] != ':') ++i;
  return i;
}

#else

inline const char* find_control(const char* at, const char* end) {
  return find_control_bytewise(at, end);
}

inline std::size_t find_colon(Bytes line) { return std::min(line.find(':'), line.size()); }

#endif

}  // namespace coachwhip::http1
