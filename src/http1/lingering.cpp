#include "http1/lingering.hpp"

#include <array>

namespace coachwhip::http1 {
namespace {

constexpr std::uint64_t bytes_max = 64 << 20;
constexpr Duration time_max = std::chrono::seconds(5);

}  // namespace

Task<void> linger(net::Stream& stream, loop::Loop& loop) {
  stream.shut_write();
  stream.set_deadline(loop.now() + time_max);
  std::array<char, 8 * 1024> ignored{};
  for (std::uint64_t taken = 0; taken < bytes_max;) {
    const net::IoStatus wait = co_await stream.readable();
    if (wait != net::IoStatus::ok) co_return;
    const net::Io io = stream.try_read(ignored);
    if (io.status == net::IoStatus::ok) {
      taken += io.count;
    } else if (io.status != net::IoStatus::would_block) {
      co_return;
    }
  }
}

}  // namespace coachwhip::http1
