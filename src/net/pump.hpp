// pump: moves bytes out of memory or files into a stream until all are gone or the stream ends.
#pragma once

#include <sys/types.h>

#include "base/bytes.hpp"
#include "net/patience.hpp"
#include "net/stream.hpp"
#include "task/task.hpp"

namespace coachwhip::net {

// How many peers of a loop are waited for until they take something.
//
// The kernel takes in advance what such a peer may want, up to megabytes, and has memory for some
// thousands of them; then it drops what others send. So of many it shall take less. Of few it may
// take what it likes: that saves turns of the loop.
struct SlowReaders {
  std::size_t count = 0;
  bool are_many() const { return count >= 128; }
};

// How long a peer is waited for that takes bytes slowly, and how much of these the kernel may hold.
// Outlives the writes that it bounds.
class WriteLimit {
 public:
  WriteLimit(loop::Loop& loop, SlowReaders& slow_readers, Patience patience)
      : loop_(&loop), slow_readers_(&slow_readers), patience_(patience) {}

  loop::Loop& loop() { return *loop_; }
  // Before a write that may be long.
  void prepare(Stream& stream) {
    if (slow_readers_->are_many()) stream.bound_unsent();
  }
  // ok: the stream may take more.
  Task<IoStatus> wait(Stream& stream);

 private:
  bool earns_more(const Stream& stream);

  loop::Loop* loop_;
  SlowReaders* slow_readers_;
  Patience patience_;
  std::uint64_t acknowledged_ = 0;  // by the peer, when that was asked last
  bool takes_more_ = false;         // as far as the stream knows, since then
};

// `bytes` stay valid until the task ends. ok: everything was taken by the stream.
Task<IoStatus> write_all(Stream& stream, Bytes bytes, WriteLimit& limit);

// Sends `count` bytes of the file. `failed` if the file has become shorter.
Task<IoStatus> send_file(Stream& stream, int file, off_t offset, std::uint64_t count,
                         WriteLimit& limit);

}  // namespace coachwhip::net
