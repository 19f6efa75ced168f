#include "net/socket_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

namespace coachwhip::net {
namespace {

// One call moves at most this much, so that one fast peer does not hold the loop.
constexpr std::size_t send_file_max = 1 << 20;

constexpr unsigned unsent_bytes_max = 16 * 1024;

std::size_t length(std::span<const iovec> parts) {
  std::size_t total = 0;
  for (const iovec& part : parts) total += part.iov_len;
  return total;
}

}  // namespace

void reset_when_closed(int socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

SocketStream::SocketStream(loop::Loop& loop, UniqueFd socket)
    : Stream(loop), socket_(std::move(socket)) {}

SocketStream::~SocketStream() {
  if (socket_) loop().poller().remove(socket_.get(), *this);
}

Result<void> SocketStream::watch() {
  return loop().poller().add(socket_.get(), *this, loop::Trigger::edge);
}

UniqueFd SocketStream::release() {
  loop().poller().remove(socket_.get(), *this);
  return std::move(socket_);
}

void SocketStream::reading_blocks() {
  read_blocks();
  loop().poller().rearm(socket_.get(), loop::Direction::read);
}

void SocketStream::writing_blocks() {
  write_blocks();
  loop().poller().rearm(socket_.get(), loop::Direction::write);
}

Io SocketStream::moved(ssize_t count, bool reading) {
  if (count >= 0) return {IoStatus::ok, static_cast<std::size_t>(count)};
  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    reading ? reading_blocks() : writing_blocks();
    return {IoStatus::would_block};
  }
  if (errno == EINTR) return {IoStatus::ok, 0};
  if (errno == EPIPE || errno == ECONNRESET) return {IoStatus::closed};
  return {IoStatus::failed};
}

Io SocketStream::try_read(std::span<char> into) {
  const ssize_t count = ::recv(socket_.get(), into.data(), into.size(), 0);
  if (count == 0 && !into.empty()) return {IoStatus::closed};
  // Less than asked for: the socket is drained, and the poller tells when more arrives.
  if (count > 0 && static_cast<std::size_t>(count) < into.size()) reading_blocks();
  return moved(count, true);
}

Io SocketStream::try_write(std::span<const iovec> parts, bool more) {
  const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  ssize_t count = 0;
  if (parts.size() == 1) {
    count = ::send(socket_.get(), parts[0].iov_base, parts[0].iov_len, flags);
  } else {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = parts.size();
    count = ::sendmsg(socket_.get(), &message, flags);
  }
  if (count >= 0 && static_cast<std::size_t>(count) < length(parts)) writing_blocks();
  return moved(count, false);
}

Io SocketStream::try_send_file(int file, off_t offset, std::size_t count) {
  const ssize_t sent = ::sendfile(socket_.get(), file, &offset, std::min(count, send_file_max));
  if (sent == 0 && count != 0) return {IoStatus::closed};
  return moved(sent, false);
}

void SocketStream::bound_unsent() {
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes_max,
               sizeof unsent_bytes_max);
}

std::optional<std::uint64_t> SocketStream::acknowledged() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  const bool is_tcp = ::getsockopt(socket_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0;
  constexpr std::size_t needed = offsetof(tcp_info, tcpi_bytes_acked) +
                                 sizeof info.tcpi_bytes_acked;
  if (!is_tcp || size < needed) return std::nullopt;
  return info.tcpi_bytes_acked;
}

void SocketStream::shut_write() { ::shutdown(socket_.get(), SHUT_WR); }

void SocketStream::break_off() { reset_when_closed(socket_.get()); }

}  // namespace coachwhip::net
