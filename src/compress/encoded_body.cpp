#include "compress/encoded_body.hpp"

#include <algorithm>
#include <utility>

#include "loop/yield.hpp"

namespace coachwhip::compress {
namespace {

constexpr std::size_t portion_bytes = std::size_t{16} * 1024;
// A millisecond or two of the loop's time.
constexpr std::uint64_t yield_bytes = std::uint64_t{128} * 1024;

}  // namespace

EncodedBody::EncodedBody(std::unique_ptr<http::BodySource> source, http::ContentCoding coding,
                         loop::Loop& loop, std::size_t& bodies)
    : source_(std::move(source)),
      loop_(loop),
      bodies_(bodies),
      left_(source_->length()),
      encoder_(Encoder::make(coding, {Effort::quick, left_})),
      until_yield_(yield_bytes) {
  ++bodies_;
}

Task<Result<Bytes>> EncodedBody::read() {
  out_.clear();
  while (!is_finished_ && out_.size() < portion_bytes) {
    Result<Bytes> piece = co_await source_->read();
    if (!piece) co_return piece;
    const std::size_t size = piece->size();
    const Result<void> taken = take(*piece);
    if (!taken) co_return fail(taken.error().kind, taken.error().number, taken.error().message);
    const bool is_awaited = !is_finished_ && source_->ready().empty();
    if (is_awaited) encoder_->encode({}, Encoder::Then::flush, out_);
    until_yield_ -= std::min<std::uint64_t>(size, until_yield_);
    if (until_yield_ == 0) {
      until_yield_ = yield_bytes;
      co_await loop::Yield{loop_};
    }
    if (is_awaited) break;
  }
  co_return Bytes(out_);
}

// What is longer than it said is cut off, as without a coding.
Result<void> EncodedBody::take(Bytes piece) {
  is_finished_ = piece.empty();
  if (left_) {
    if (is_finished_ && *left_ > 0) {
      return fail(ErrorKind::closed, 0, "a body ended before its length");
    }
    piece = piece.substr(0, std::min<std::uint64_t>(*left_, piece.size()));
    *left_ -= piece.size();
    is_finished_ = *left_ == 0;
  }
  encoder_->encode(piece, is_finished_ ? Encoder::Then::finish : Encoder::Then::go_on, out_);
  return {};
}

}  // namespace coachwhip::compress
