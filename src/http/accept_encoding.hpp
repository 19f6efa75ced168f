// Accept-Encoding (RFC 9110 section 12.5.3): which content codings a client takes, and how gladly.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "http/headers.hpp"

namespace coachwhip::http {

// Those that the server knows.
enum class ContentCoding : std::uint8_t { identity, gzip, br, zstd };
inline constexpr std::size_t content_coding_count = 4;
// The server's own preference: how much smaller they usually are for the time to undo them.
inline constexpr std::array compressions{ContentCoding::zstd, ContentCoding::br,
                                         ContentCoding::gzip};

Bytes name(ContentCoding coding);

class AcceptedCodings {
 public:
  // Without the field, and if it is malformed anywhere, nothing is accepted.
  explicit AcceptedCodings(const Headers& headers);

  // From 1 (least) to 1000; 0: not to be used, or, of `identity`, not mentioned, which makes it the
  // last resort. Of a coding that is named twice the smaller quality counts.
  int quality(ContentCoding coding) const { return qualities_[static_cast<std::size_t>(coding)]; }

  // Of the compressions that are there the one that is accepted most gladly, of several the first;
  // identity if it is accepted more gladly than they, or none of them is.
  template <class IsThere>
  ContentCoding choose(IsThere is_there) const {
    ContentCoding best = ContentCoding::identity;
    int best_quality = 0;
    for (const ContentCoding coding : compressions) {
      if (quality(coding) <= best_quality || !is_there(coding)) continue;
      best = coding;
      best_quality = quality(coding);
    }
    return quality(ContentCoding::identity) > best_quality ? ContentCoding::identity : best;
  }

 private:
  std::array<int, content_coding_count> qualities_{};
};

}  // namespace coachwhip::http
