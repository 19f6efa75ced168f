// br, by Google's library.
#include <algorithm>
#include <brotli/encode.h>
#include <new>

#include "base/assert.hpp"
#include "compress/encoders.hpp"

namespace coachwhip::compress {
namespace {

// Bits of the window. Every decoder takes 24; the more, the more memory on both sides.
constexpr std::uint32_t quick_window_bits = 17;
constexpr std::uint32_t thorough_window_bits = 20;
// A hint of a mebibyte or more makes the library take tables of four.
constexpr std::uint64_t hint_max = (1 << 20) - 1;

struct Destroy {
  void operator()(BrotliEncoderState* state) const { ::BrotliEncoderDestroyInstance(state); }
};

BrotliEncoderOperation operation(Encoder::Then then) {
  switch (then) {
    case Encoder::Then::go_on:
      return BROTLI_OPERATION_PROCESS;
    case Encoder::Then::flush:
      return BROTLI_OPERATION_FLUSH;
    default:
      return BROTLI_OPERATION_FINISH;
  }
}

class BrotliEncoder final : public Encoder {
 public:
  explicit BrotliEncoder(const EncoderOptions& options)
      : state_(::BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (!state_) throw std::bad_alloc();
    const bool is_quick = options.effort == Effort::quick;
    set(BROTLI_PARAM_QUALITY, is_quick ? 4 : 7);
    set(BROTLI_PARAM_LGWIN, is_quick ? quick_window_bits : thorough_window_bits);
    const std::uint64_t hint = std::min(options.size.value_or(0), hint_max);  // 0: not known
    set(BROTLI_PARAM_SIZE_HINT, static_cast<std::uint32_t>(hint));
  }

  void encode(Bytes content, Then then, std::string& out) override {
    const auto* next = reinterpret_cast<const std::uint8_t*>(content.data());
    std::size_t left = content.size();
    std::size_t room = 0;  // none: the library keeps its output until it is taken
    for (bool has_more = true; left > 0 || has_more;) {
      const BROTLI_BOOL done = ::BrotliEncoderCompressStream(state_.get(), operation(then), &left,
                                                             &next, &room, nullptr, nullptr);
      if (done == BROTLI_FALSE) throw std::bad_alloc();  // it fails in no other way
      // As long as there was output it may have stopped for want of room.
      has_more = ::BrotliEncoderHasMoreOutput(state_.get()) == BROTLI_TRUE;
      std::size_t size = 0;
      const std::uint8_t* const output = ::BrotliEncoderTakeOutput(state_.get(), &size);
      out.append(reinterpret_cast<const char*>(output), size);
    }
  }

 private:
  void set(BrotliEncoderParameter parameter, std::uint32_t value) {
    const BROTLI_BOOL done = ::BrotliEncoderSetParameter(state_.get(), parameter, value);
    COACHWHIP_ASSERT(done == BROTLI_TRUE);
  }

  std::unique_ptr<BrotliEncoderState, Destroy> state_;
};

}  // namespace

std::unique_ptr<Encoder> make_brotli_encoder(const EncoderOptions& options) {
  return std::make_unique<BrotliEncoder>(options);
}

}  // namespace coachwhip::compress
