// The encoders, of which each knows one library.
#pragma once

#include "compress/encoder.hpp"

namespace coachwhip::compress {

std::unique_ptr<Encoder> make_gzip_encoder(const EncoderOptions& options);    // RFC 1952
std::unique_ptr<Encoder> make_brotli_encoder(const EncoderOptions& options);  // RFC 7932
std::unique_ptr<Encoder> make_zstd_encoder(const EncoderOptions& options);    // RFC 8878, RFC 9659

}  // namespace coachwhip::compress
