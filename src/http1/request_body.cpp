#include "http1/request_body.hpp"

#include <algorithm>
#include <utility>

namespace coachwhip::http1 {
namespace {

constexpr std::size_t read_size = 32 * 1024;

std::unexpected<Error> too_large() {
  return fail(ErrorKind::bad_input, 413, "The request body is larger than this server accepts.");
}

}  // namespace

void RequestBody::begin(const RequestHead& head) {
  framing_ = head.framing;
  declared_ = head.content_length;
  seen_ = 0;
  given_ = 0;
  pending_ = {};
  error_.reset();
  finished_ = framing_ == Framing::none || (framing_ == Framing::length && declared_ == 0);
  // Who sends already does not wait for a 100 (RFC 9110 section 10.1.1).
  expects_continue_ = head.expects_continue && !finished_ && input_.empty();
  if (framing_ == Framing::chunked) chunked_.reset();
}

std::optional<std::uint64_t> RequestBody::length() const {
  switch (framing_) {
    case Framing::none:
      return 0;
    case Framing::length:
      return declared_;
    case Framing::chunked:
      break;
  }
  return std::nullopt;
}

void RequestBody::release() {
  if (given_ != 0) input_.consume(std::exchange(given_, 0));
}

// Finds the next content in the input, without reading.
Result<RequestBody::Progress> RequestBody::advance() {
  if (finished_) return Progress::finished;
  release();
  return framing_ == Framing::chunked ? advance_chunked() : advance_length();
}

Result<RequestBody::Progress> RequestBody::advance_length() {
  if (declared_ > limits_.body_bytes_max) return too_large();
  pending_ = input_.readable().substr(
      0, static_cast<std::size_t>(std::min<std::uint64_t>(declared_ - seen_, input_.size())));
  if (pending_.empty()) return Progress::more_needed;
  given_ = pending_.size();
  seen_ += pending_.size();
  finished_ = seen_ == declared_;
  return Progress::data;
}

Result<RequestBody::Progress> RequestBody::advance_chunked() {
  for (;;) {
    auto step = chunked_.decode(input_.readable());
    if (!step) return pass(std::move(step.error()));
    finished_ = step->finished;
    seen_ += step->data.size();
    if (seen_ > limits_.body_bytes_max) return too_large();
    if (!step->data.empty()) {
      pending_ = step->data;
      given_ = step->consumed;
      return Progress::data;
    }
    input_.consume(step->consumed);
    if (finished_) return Progress::finished;
    if (step->consumed == 0) return Progress::more_needed;
  }
}

// Takes what the stream has; false if it has nothing now.
Result<bool> RequestBody::receive() {
  const std::uint64_t left = framing_ == Framing::length ? declared_ - seen_ : read_size;
  input_.reserve(input_.size() +
                 static_cast<std::size_t>(std::min<std::uint64_t>(left, read_size)));
  const net::Io io = stream_.try_read(input_.writable());
  switch (io.status) {
    case net::IoStatus::ok:
      input_.commit(io.count);
      expects_continue_ = false;
      patience_.earn(io.count);
      return true;
    case net::IoStatus::would_block:
      return false;
    default:
      return fail(ErrorKind::closed, 0, "The client left in the middle of its request.");
  }
}

Bytes RequestBody::ready() {
  if (!pending_.empty() || error_) return pending_;
  for (;;) {
    auto progress = advance();
    if (!progress) {
      error_ = std::move(progress.error());
      return {};
    }
    if (*progress != Progress::more_needed) return pending_;
    auto received = receive();
    if (!received) {
      error_ = std::move(received.error());
      return {};
    }
    if (!*received) return {};
  }
}

Task<Result<Bytes>> RequestBody::read() {
  for (;;) {
    const Bytes bytes = ready();
    if (error_) co_return std::unexpected<Error>(*error_);
    if (!bytes.empty() || finished_) {
      pending_ = {};
      co_return bytes;
    }
    if (std::exchange(expects_continue_, false)) {
      interim_.send_interim(http::status::continue_, {});
    }
    const TimePoint began = loop_.now();
    stream_.set_deadline(began + patience_.left());
    const net::IoStatus wait = co_await stream_.readable();
    patience_.spend(loop_.now() - began);
    if (wait == net::IoStatus::timed_out) {
      error_ = Error{ErrorKind::timed_out, 408, "The request body did not arrive in time."};
    } else if (wait == net::IoStatus::cancelled) {
      error_ = Error{ErrorKind::cancelled, 503, "The server is shutting down."};
    }
  }
}

Task<bool> RequestBody::discard(std::uint64_t bytes_max) {
  std::uint64_t discarded = 0;
  while (!finished() && discarded <= bytes_max) {
    Result<Bytes> read_now = co_await read();
    if (!read_now) co_return false;
    discarded += read_now->size();
  }
  co_return finished();
}

}  // namespace coachwhip::http1
