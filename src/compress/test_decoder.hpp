// What a client makes of encoded content, for tests.
#pragma once

#include <array>
#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <zlib.h>
#include <zstd.h>

#include "base/bytes.hpp"
#include "http/accept_encoding.hpp"

namespace coachwhip::compress {

// What was decoded, and whether that was all of it.
struct Decoded {
  std::string content;
  bool is_complete = false;
};

inline Decoded decode_gzip(Bytes encoded) {
  Decoded out;
  z_stream stream{};
  EXPECT_EQ(::inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(encoded.data()));
  stream.avail_in = static_cast<uInt>(encoded.size());
  std::array<char, 4096> buffer;
  int done = Z_OK;
  do {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    done = ::inflate(&stream, Z_NO_FLUSH);
    out.content.append(buffer.data(), buffer.size() - stream.avail_out);
  } while (done == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
  EXPECT_TRUE(done == Z_OK || done == Z_STREAM_END || done == Z_BUF_ERROR) << done;
  out.is_complete = done == Z_STREAM_END && stream.avail_in == 0;
  ::inflateEnd(&stream);
  return out;
}

inline Decoded decode_brotli(Bytes encoded) {
  Decoded out;
  BrotliDecoderState* const state = ::BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
  const auto* next = reinterpret_cast<const std::uint8_t*>(encoded.data());
  std::size_t left = encoded.size();
  std::array<std::uint8_t, 4096> buffer;
  BrotliDecoderResult done = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
  while (done == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
    std::size_t room = buffer.size();
    std::uint8_t* to = buffer.data();
    done = ::BrotliDecoderDecompressStream(state, &left, &next, &room, &to, nullptr);
    out.content.append(reinterpret_cast<const char*>(buffer.data()), buffer.size() - room);
  }
  EXPECT_NE(done, BROTLI_DECODER_RESULT_ERROR);
  out.is_complete = done == BROTLI_DECODER_RESULT_SUCCESS && left == 0;
  ::BrotliDecoderDestroyInstance(state);
  return out;
}

// As a browser: with a window of at most 8 MiB.
inline Decoded decode_zstd(Bytes encoded) {
  Decoded out;
  ZSTD_DCtx* const context = ::ZSTD_createDCtx();
  ::ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 23);
  ZSTD_inBuffer input{encoded.data(), encoded.size(), 0};
  std::array<char, 4096> buffer;
  std::size_t left = 1;
  for (bool is_full = true; left != 0 && (input.pos < input.size || is_full);) {
    ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
    left = ::ZSTD_decompressStream(context, &output, &input);
    EXPECT_FALSE(::ZSTD_isError(left)) << ::ZSTD_getErrorName(left);
    if (::ZSTD_isError(left) != 0) break;
    out.content.append(buffer.data(), output.pos);
    is_full = output.pos == output.size;
  }
  out.is_complete = left == 0 && input.pos == input.size;
  ::ZSTD_freeDCtx(context);
  return out;
}

inline Decoded decode(http::ContentCoding coding, Bytes encoded) {
  switch (coding) {
    case http::ContentCoding::gzip:
      return decode_gzip(encoded);
    case http::ContentCoding::br:
      return decode_brotli(encoded);
    case http::ContentCoding::zstd:
      return decode_zstd(encoded);
    default:
      return {std::string(encoded), true};
  }
}

}  // namespace coachwhip::compress
