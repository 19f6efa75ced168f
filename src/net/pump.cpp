#include "net/pump.hpp"

#include <algorithm>
#include <utility>

#include "loop/yield.hpp"

namespace coachwhip::net {

// The kernel takes bytes in advance, and more only when a good part of these has left: how fast the
// peer is it does not tell. So the peer's own word is asked for, but not before patience is over.
Task<IoStatus> WriteLimit::wait(Stream& stream) {
  for (;;) {
    const TimePoint began = loop_->now();
    stream.set_deadline(began + patience_.left());
    ++slow_readers_->count;
    const IoStatus ready = co_await stream.writable();
    --slow_readers_->count;
    patience_.spend(loop_->now() - began);
    takes_more_ |= ready == IoStatus::ok;
    const bool is_over = patience_.is_over() || ready == IoStatus::timed_out;
    if (is_over && !earns_more(stream)) co_return IoStatus::timed_out;
    if (ready != IoStatus::timed_out) co_return ready;
  }
}

// Where nobody knows what the peer has taken, it counts that the stream took more.
bool WriteLimit::earns_more(const Stream& stream) {
  const bool takes_more = std::exchange(takes_more_, false);
  if (const auto acknowledged = stream.acknowledged()) {
    patience_.earn(*acknowledged - std::exchange(acknowledged_, *acknowledged));
  } else if (takes_more) {
    patience_.restore();
  }
  return !patience_.is_over();
}

Task<IoStatus> write_all(Stream& stream, Bytes bytes, WriteLimit& limit) {
  while (!bytes.empty()) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    const Io io = stream.try_write({&part, 1});
    if (io.status == IoStatus::ok) {
      bytes.remove_prefix(io.count);
      continue;
    }
    if (io.status != IoStatus::would_block) co_return io.status;
    const IoStatus ready = co_await limit.wait(stream);
    if (ready != IoStatus::ok) co_return ready;
  }
  co_return IoStatus::ok;
}

Task<IoStatus> send_file(Stream& stream, int file, off_t offset, std::uint64_t count,
                         WriteLimit& limit) {
  while (count > 0) {
    const auto portion = static_cast<std::size_t>(std::min<std::uint64_t>(count, 1U << 30));
    const Io io = stream.try_send_file(file, offset, portion);
    if (io.status == IoStatus::ok) {
      offset += static_cast<off_t>(io.count);
      count -= io.count;
      // A peer as fast as this machine must not keep the others waiting.
      if (count > 0) co_await loop::Yield{limit.loop()};
      continue;
    }
    if (io.status == IoStatus::closed && !stream.hung_up()) co_return IoStatus::failed;
    if (io.status != IoStatus::would_block) co_return io.status;
    const IoStatus ready = co_await limit.wait(stream);
    if (ready != IoStatus::ok) co_return ready;
  }
  co_return IoStatus::ok;
}

}  // namespace coachwhip::net
