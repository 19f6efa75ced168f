// zstd, by Facebook's library.
#include <array>
#include <new>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/assert.hpp"
#include "compress/encoders.hpp"

namespace coachwhip::compress {
namespace {

// Bits of the window. Clients need not take more than 23 (RFC 9659 section 3).
constexpr int quick_window_bits = 17;
constexpr int thorough_window_bits = 20;
// Of the tables, where the size is not known: a third less memory for each stream that is open, for
// a fiftieth more bytes.
constexpr int stream_table_bits = 15;

struct Free {
  void operator()(ZSTD_CCtx* context) const { ::ZSTD_freeCCtx(context); }
};

// What fails by our own fault is a bug.
std::size_t check(std::size_t result) {
  if (::ZSTD_isError(result) == 0) return result;
  COACHWHIP_ASSERT(::ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation);
  throw std::bad_alloc();
}

ZSTD_EndDirective directive(Encoder::Then then) {
  switch (then) {
    case Encoder::Then::go_on:
      return ZSTD_e_continue;
    case Encoder::Then::flush:
      return ZSTD_e_flush;
    default:
      return ZSTD_e_end;
  }
}

class ZstdEncoder final : public Encoder {
 public:
  explicit ZstdEncoder(const EncoderOptions& options) : context_(::ZSTD_createCCtx()) {
    if (!context_) throw std::bad_alloc();
    const bool is_quick = options.effort == Effort::quick;
    set(ZSTD_c_compressionLevel, is_quick ? 3 : 17);
    if (options.size) {
      check(::ZSTD_CCtx_setPledgedSrcSize(context_.get(), *options.size));
    } else if (is_quick) {
      set(ZSTD_c_hashLog, stream_table_bits);
      set(ZSTD_c_chainLog, stream_table_bits);
    }
    set(ZSTD_c_windowLog, is_quick ? quick_window_bits : thorough_window_bits);
  }

  void encode(Bytes content, Then then, std::string& out) override {
    std::array<char, std::size_t{16} * 1024> buffer;
    ZSTD_inBuffer input{content.data(), content.size(), 0};
    for (bool is_done = false; !is_done;) {
      ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
      const std::size_t left = check(
          ::ZSTD_compressStream2(context_.get(), &output, &input, directive(then)));
      out.append(buffer.data(), output.pos);
      is_done = then == Then::go_on ? input.pos == input.size : left == 0;
    }
  }

 private:
  void set(ZSTD_cParameter parameter, int value) {
    check(::ZSTD_CCtx_setParameter(context_.get(), parameter, value));
  }

  std::unique_ptr<ZSTD_CCtx, Free> context_;
};

}  // namespace

std::unique_ptr<Encoder> make_zstd_encoder(const EncoderOptions& options) {
  return std::make_unique<ZstdEncoder>(options);
}

}  // namespace coachwhip::compress
