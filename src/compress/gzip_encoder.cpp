// gzip, by zlib.
#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <new>
#include <zlib.h>

#include "base/assert.hpp"
#include "compress/encoders.hpp"

namespace coachwhip::compress {
namespace {

constexpr int window_bits_min = 9;
constexpr int window_bits_max = 15;
constexpr int with_gzip_head = 16;  // zlib's sign for it, added to the bits of the window
constexpr int memory_level = 8;     // zlib's own default

int level(Effort effort) { return effort == Effort::quick ? 4 : 9; }

// A window larger than the content is memory that is only cleared.
int window_bits(std::optional<std::uint64_t> size) {
  if (!size) return window_bits_max;
  return std::clamp(static_cast<int>(std::bit_width(*size)), window_bits_min, window_bits_max);
}

int flush_mode(Encoder::Then then) {
  switch (then) {
    case Encoder::Then::go_on:
      return Z_NO_FLUSH;
    case Encoder::Then::flush:
      return Z_SYNC_FLUSH;
    default:
      return Z_FINISH;
  }
}

class GzipEncoder final : public Encoder {
 public:
  explicit GzipEncoder(const EncoderOptions& options) {
    const int bits = window_bits(options.size) + with_gzip_head;
    const int done = ::deflateInit2(&stream_, level(options.effort), Z_DEFLATED, bits, memory_level,
                                    Z_DEFAULT_STRATEGY);
    if (done == Z_MEM_ERROR) throw std::bad_alloc();
    COACHWHIP_ASSERT(done == Z_OK);
  }
  GzipEncoder(const GzipEncoder&) = delete;
  GzipEncoder& operator=(const GzipEncoder&) = delete;
  ~GzipEncoder() override { ::deflateEnd(&stream_); }

  void encode(Bytes content, Then then, std::string& out) override {
    COACHWHIP_ASSERT(content.size() <= std::numeric_limits<uInt>::max());
    // The library wants it mutable and does not change it.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream_.avail_in = static_cast<uInt>(content.size());
    std::array<char, std::size_t{16} * 1024> buffer;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(buffer.size());
      const int done = ::deflate(&stream_, flush_mode(then));
      COACHWHIP_ASSERT(done != Z_STREAM_ERROR);
      out.append(buffer.data(), buffer.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
};

}  // namespace

std::unique_ptr<Encoder> make_gzip_encoder(const EncoderOptions& options) {
  return std::make_unique<GzipEncoder>(options);
}

}  // namespace coachwhip::compress
