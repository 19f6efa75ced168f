// decode_in_pieces: what ChunkedDecoder makes of a body that arrives in pieces, as text to compare.
// For tests and fuzz targets.
#pragma once

#include <algorithm>
#include <string>

#include "http1/chunked_decoder.hpp"

namespace coachwhip::http1 {

// The first piece has `first` bytes, the others `step` (at least one) each.
inline std::string decode_in_pieces(Bytes body, std::size_t first, std::size_t step,
                                    const http::Limits& limits = {}) {
  ChunkedDecoder decoder(limits);
  std::string content;
  std::size_t done = 0;
  for (std::size_t end = std::min(first, body.size());; end = std::min(end + step, body.size())) {
    while (true) {
      const std::string input(body.substr(done, end - done));
      const auto result = decoder.decode(input);
      if (!result) return std::to_string(result.error().number) + " " + result.error().message;
      content.append(result->data);
      done += result->consumed;
      if (result->finished) return "<" + content + "> size " + std::to_string(done);
      if (result->consumed == 0) break;
    }
    if (end == body.size()) return "<" + content + "> more";
  }
}

}  // namespace coachwhip::http1
