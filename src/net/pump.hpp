// pump: moves bytes out of memory or files into a stream until all are gone or the stream ends.
#pragma once

#include <sys/types.h>

#include "base/bytes.hpp"
#include "net/patience.hpp"
#include "net/stream.hpp"
#include "task/task.hpp"

namespace coachwhip::net {

// How long a peer is waited for that takes bytes slowly. Outlives the writes that it bounds.
class WriteLimit {
 public:
  WriteLimit(loop::Loop& loop, Patience patience) : loop_(&loop), patience_(patience) {}

  loop::Loop& loop() { return *loop_; }
  // ok: the stream may take more.
  Task<IoStatus> wait(Stream& stream);

 private:
  bool earns_more(const Stream& stream);

  loop::Loop* loop_;
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
