// MemoryStream: a stream for tests whose other end is the test. It can cut input at any byte, take
// output in small portions, and break. Awaits complete through the loop like those of a socket.
#pragma once

#include <string>

#include "net/stream.hpp"

namespace coachwhip::net {

class MemoryStream final : public Stream {
 public:
  using Stream::Stream;

  // What the test does as the peer.
  void feed(std::string_view bytes);
  void feed_end();  // the peer writes no more
  void reset();     // the peer is gone
  const std::string& output() const { return output_; }
  bool output_ended() const { return output_ended_; }

  // At most this many bytes move in one try.
  void set_read_portion(std::size_t count) { read_portion_ = count; }
  void set_write_portion(std::size_t count) { write_portion_ = count; }
  // Output blocks after this many bytes in all, until the next call.
  void set_write_window(std::size_t count);
  // What the peer says to have taken; nothing, unless this is called.
  void acknowledge(std::uint64_t count) { acknowledged_ = count; }

  Io try_read(std::span<char> into) override;
  Io try_write(std::span<const iovec> parts, bool more = false) override;
  Io try_send_file(int file, off_t offset, std::size_t count) override;
  void shut_write() override { output_ended_ = true; }
  void break_off() override { is_broken_off_ = true; }
  bool is_broken_off() const { return is_broken_off_; }
  void bound_unsent() override { unsent_is_bound_ = true; }
  bool unsent_is_bound() const { return unsent_is_bound_; }
  std::optional<std::uint64_t> acknowledged() const override { return acknowledged_; }

 private:
  std::size_t room(std::size_t wanted) const;

  std::string input_;
  std::string output_;
  std::size_t read_portion_ = static_cast<std::size_t>(-1);
  std::size_t write_portion_ = static_cast<std::size_t>(-1);
  std::size_t write_window_ = static_cast<std::size_t>(-1);
  std::optional<std::uint64_t> acknowledged_;
  bool input_ended_ = false;
  bool output_ended_ = false;
  bool broken_ = false;
  bool unsent_is_bound_ = false;
  bool is_broken_off_ = false;
};

}  // namespace coachwhip::net
