// pump: moves bytes out of memory or files into a stream until all are gone or the stream ends.
#pragma once

#include <sys/types.h>

#include "base/bytes.hpp"
#include "net/stream.hpp"
#include "task/task.hpp"

namespace coachwhip::net {

// How long a peer may take no bytes at all before it is given up.
struct WriteLimit {
  loop::Loop& loop;
  Duration stall;
};

// `bytes` stay valid until the task ends. ok: everything was taken by the stream.
Task<IoStatus> write_all(Stream& stream, Bytes bytes, WriteLimit limit);

// Sends `count` bytes of the file. `failed` if the file has become shorter.
Task<IoStatus> send_file(Stream& stream, int file, off_t offset, std::uint64_t count,
                         WriteLimit limit);

}  // namespace coachwhip::net
