#include "compress/encoder.hpp"

#include "base/assert.hpp"
#include "compress/encoders.hpp"

namespace coachwhip::compress {

using http::ContentCoding;

std::unique_ptr<Encoder> Encoder::make(ContentCoding coding, const EncoderOptions& options) {
  switch (coding) {
    case ContentCoding::br:
      return make_brotli_encoder(options);
    case ContentCoding::zstd:
      return make_zstd_encoder(options);
    default:
      COACHWHIP_ASSERT(coding == ContentCoding::gzip);
      return make_gzip_encoder(options);
  }
}

std::string encode_whole(ContentCoding coding, Effort effort, Bytes content) {
  std::string out;
  Encoder::make(coding, {effort, content.size()})->encode(content, Encoder::Then::finish, out);
  return out;
}

}  // namespace coachwhip::compress
