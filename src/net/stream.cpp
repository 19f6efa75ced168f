#include "net/stream.hpp"

#include <utility>

namespace coachwhip::net {

void Stream::became_ready(loop::Readiness readiness) {
  hung_up_ |= readiness.hung_up;
  input_ended_ |= readiness.input_ended;
  readable_ |= readiness.readable;
  writable_ |= readiness.writable;
  // The reader may end this stream: nothing of it is touched after resume().
  const auto writer = readiness.writable ? std::exchange(writer_, nullptr) : nullptr;
  const auto reader = readiness.readable ? std::exchange(reader_, nullptr) : nullptr;
  if (writer && reader) loop_.resume_soon(writer);
  if (reader) {
    reader.resume();
  } else if (writer) {
    writer.resume();
  }
}

void Stream::interrupt(IoStatus why) {
  interruption_ = why;
  const auto writer = std::exchange(writer_, nullptr);
  const auto reader = std::exchange(reader_, nullptr);
  if (writer) loop_.resume_soon(writer);
  if (reader) loop_.resume_soon(reader);
}

void Stream::cancel() { interrupt(IoStatus::cancelled); }

void Stream::on_expiry() { interrupt(IoStatus::timed_out); }

}  // namespace coachwhip::net
