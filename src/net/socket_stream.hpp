// SocketStream: a Stream over a connected, non-blocking TCP or unix socket.
#pragma once

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "net/stream.hpp"

namespace coachwhip::net {

// Closing ends the connection at once and tells the peer that it broke (a TCP reset); what was not
// sent yet is lost.
void reset_when_closed(int socket);

class SocketStream final : public Stream, private loop::Watcher {
 public:
  SocketStream(loop::Loop& loop, UniqueFd socket);
  ~SocketStream() override;

  // Registers the socket with the loop's poller; once, before anything else.
  Result<void> watch();
  // Gives up the socket, which is watched no more; the stream is of no use then.
  UniqueFd release();

  Io try_read(std::span<char> into) override;
  Io try_write(std::span<const iovec> parts, bool more = false) override;
  Io try_send_file(int file, off_t offset, std::size_t count) override;
  void shut_write() override;
  void break_off() override;
  void bound_unsent() override;
  std::optional<std::uint64_t> acknowledged() const override;

 private:
  void on_ready(loop::Readiness readiness) override { became_ready(readiness); }
  Io moved(ssize_t count, bool reading);
  void reading_blocks();
  void writing_blocks();

  UniqueFd socket_;
};

}  // namespace coachwhip::net
