// Stream: an ordered flow of bytes in both directions, whatever carries it: TCP, unix socket,
// memory, TLS.
//
// The try_ functions never block on a non-blocking stream and never block for ever on a blocking
// one. A coroutine that gets `would_block` awaits readable() or writable() and tries again. One
// coroutine at a time may wait for each direction.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/clock.hpp"
#include "loop/loop.hpp"

namespace coachwhip::net {

enum class IoStatus : std::uint8_t {
  ok,           // `count` bytes were moved; or: ready, try again
  would_block,  // nothing can be moved now
  closed,       // end of input, or the peer no longer takes bytes
  failed,       // the connection is broken
  timed_out,    // the deadline passed while waiting
  cancelled,    // cancel() was called while waiting
};

struct Io {
  IoStatus status = IoStatus::ok;
  std::size_t count = 0;
};

class Stream : private loop::Timer {
 public:
  explicit Stream(loop::Loop& loop) : loop_(loop) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  virtual Io try_read(std::span<char> into) = 0;
  // May move fewer bytes than given. `more`: the next write follows at once, so the last packet may
  // wait.
  virtual Io try_write(std::span<const iovec> parts, bool more = false) = 0;
  // Moves at most `count` bytes of the file from `offset`; `closed` if the file ends before
  // `offset`.
  virtual Io try_send_file(int file, off_t offset, std::size_t count) = 0;
  // No more will be written; the peer sees the end of the flow after what was written.
  virtual void shut_write() = 0;
  // The peer sees no end but a broken connection, once this stream is destroyed.
  virtual void break_off() {}

  // From now on the kernel takes no more than some of what the peer does not take.
  virtual void bound_unsent() {}
  // How many bytes the peer has taken so far, as it says itself; nullopt: nobody knows.
  virtual std::optional<std::uint64_t> acknowledged() const { return std::nullopt; }

  // False: a read would block for certain; wait for readable() without trying.
  bool may_read() const { return readable_; }

  // Somebody else has found that a read would not block.
  void assume_readable() { readable_ = true; }

  // The peer is known to be gone in both directions.
  bool hung_up() const { return hung_up_; }

  // Waiting ends with `timed_out` once this time has passed. `never` is allowed. A store, nearly
  // always.
  void set_deadline(TimePoint deadline) { loop_.arm(*this, deadline); }

  // Whoever waits now gets `cancelled`; from the loop's stack, not at once.
  void cancel();
  // Whoever waits for input looks for some now, at once; this stream may be destroyed on return.
  void look_for_input() { became_ready({.readable = true}); }

  class Wait {
   public:
    Wait(Stream& stream, bool Stream::* ready, std::coroutine_handle<> Stream::* waiter)
        : stream_(stream), ready_(ready), waiter_(waiter) {}
    bool await_ready() const { return stream_.*ready_; }
    void await_suspend(std::coroutine_handle<> awaiter) {
      stream_.interruption_ = IoStatus::ok;
      stream_.*waiter_ = awaiter;
    }
    IoStatus await_resume() { return stream_.*ready_ ? IoStatus::ok : stream_.interruption_; }

   private:
    Stream& stream_;
    bool Stream::* ready_;
    std::coroutine_handle<> Stream::* waiter_;
  };

  // ok: try again (it may still block). timed_out, cancelled: the wait was cut short.
  Wait readable() { return {*this, &Stream::readable_, &Stream::reader_}; }
  Wait writable() { return {*this, &Stream::writable_, &Stream::writer_}; }

 protected:
  loop::Loop& loop() { return loop_; }
  // For implementations: what became ready, and what was found to block.
  void became_ready(loop::Readiness readiness);
  // At the end of the input there is always something to read: the end.
  void read_blocks() { readable_ = input_ended_; }
  void write_blocks() { writable_ = false; }

 private:
  void on_expiry() override;
  void interrupt(IoStatus why);

  loop::Loop& loop_;
  std::coroutine_handle<> reader_;
  std::coroutine_handle<> writer_;
  IoStatus interruption_ = IoStatus::ok;
  bool readable_ = false;
  bool writable_ = true;
  bool input_ended_ = false;
  bool hung_up_ = false;
};

}  // namespace coachwhip::net
