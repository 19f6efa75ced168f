#include "net/pump.hpp"

#include <algorithm>

#include "loop/yield.hpp"

namespace coachwhip::net {

Task<IoStatus> write_all(Stream& stream, Bytes bytes, WriteLimit limit) {
  while (!bytes.empty()) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    const Io io = stream.try_write({&part, 1});
    if (io.status == IoStatus::ok) {
      bytes.remove_prefix(io.count);
      continue;
    }
    if (io.status != IoStatus::would_block) co_return io.status;
    stream.set_deadline(limit.loop.now() + limit.stall);
    const IoStatus ready = co_await stream.writable();
    if (ready != IoStatus::ok) co_return ready;
  }
  co_return IoStatus::ok;
}

Task<IoStatus> send_file(Stream& stream, int file, off_t offset, std::uint64_t count,
                         WriteLimit limit) {
  while (count > 0) {
    const auto portion = static_cast<std::size_t>(std::min<std::uint64_t>(count, 1U << 30));
    const Io io = stream.try_send_file(file, offset, portion);
    if (io.status == IoStatus::ok) {
      offset += static_cast<off_t>(io.count);
      count -= io.count;
      // A peer as fast as this machine must not keep the others waiting.
      if (count > 0) co_await loop::Yield{limit.loop};
      continue;
    }
    if (io.status == IoStatus::closed && !stream.hung_up()) co_return IoStatus::failed;
    if (io.status != IoStatus::would_block) co_return io.status;
    stream.set_deadline(limit.loop.now() + limit.stall);
    const IoStatus ready = co_await stream.writable();
    if (ready != IoStatus::ok) co_return ready;
  }
  co_return IoStatus::ok;
}

}  // namespace coachwhip::net
