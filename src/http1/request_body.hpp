// RequestBody: the content of the request that a connection is serving, pulled from its stream.
#pragma once

#include "base/buffer.hpp"
#include "http/body.hpp"
#include "http/interim.hpp"
#include "http/limits.hpp"
#include "http1/chunked_decoder.hpp"
#include "http1/request_parser.hpp"
#include "net/patience.hpp"
#include "net/stream.hpp"

namespace coachwhip::http1 {

class RequestBody final : public http::BodySource {
 public:
  RequestBody(net::Stream& stream, loop::Loop& loop, Buffer& input, const http::Limits& limits,
              http::Interim& interim)
      : stream_(stream),
        loop_(loop),
        input_(input),
        limits_(limits),
        interim_(interim),
        patience_(limits.body_timeout, limits.body_rate_min),
        chunked_(limits) {}

  // The head was taken from the input; what follows there is the body.
  void begin(const RequestHead& head);

  // Errors: bad_input with a status (400, 413, 431), timed_out (408), closed, io.
  Task<Result<Bytes>> read() override;
  std::optional<std::uint64_t> length() const override;
  Bytes ready() override;

  // Everything was read.
  bool finished() const { return finished_ && pending_.empty(); }
  // The client still waits to be told that it may send (Expect: 100-continue).
  bool holds_back() const { return expects_continue_; }
  // Reads and forgets what is left, at most `bytes_max`; true if the end was reached.
  Task<bool> discard(std::uint64_t bytes_max);
  // Ends the validity of what read() gave last: of the input, only what follows it is left.
  void release();

 private:
  enum class Progress : std::uint8_t { data, finished, more_needed };
  Result<Progress> advance();
  Result<Progress> advance_length();
  Result<Progress> advance_chunked();
  Result<bool> receive();

  net::Stream& stream_;
  loop::Loop& loop_;
  Buffer& input_;
  const http::Limits& limits_;
  http::Interim& interim_;
  net::Patience patience_;
  ChunkedDecoder chunked_;
  Framing framing_ = Framing::none;
  std::uint64_t declared_ = 0;
  std::uint64_t seen_ = 0;
  Bytes pending_;          // decoded, a part of the input, not given yet
  std::size_t given_ = 0;  // bytes of the input to be consumed before it is touched again
  std::optional<Error> error_;
  bool finished_ = true;
  bool expects_continue_ = false;
};

}  // namespace coachwhip::http1
