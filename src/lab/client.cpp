#include "lab/client.hpp"

#include <cerrno>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "lab/answer_head.hpp"
#include "lab/loopback.hpp"

namespace coachwhip::lab {
namespace {

constexpr std::size_t head_bytes_max = 16'384;

}  // namespace

Client::Step Client::fail(Failure failure) {
  failure_ = failure;
  return Step::failed;
}

Client::Step Client::fail_errno(int number) {
  if (number == ECONNREFUSED) return fail(Failure::refused);
  const bool is_gone = number == ECONNRESET || number == EPIPE;
  return fail(is_gone ? Failure::closed : Failure::system);
}

Client::Step Client::open(std::uint16_t port) {
  close();
  socket_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return fail(Failure::system);
  const int yes = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const sockaddr_in address = loopback(port);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket_.get(), generic, sizeof address) == 0) return Step::done;
  return errno == EINPROGRESS ? Step::wait : fail_errno(errno);
}

Client::Step Client::finish_opening() {
  int number = 0;
  socklen_t size = sizeof number;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &number, &size);
  return number == 0 ? Step::done : fail_errno(number);
}

void Client::close() {
  socket_.reset();
  head_.clear();
  has_head_ = false;
}

Client::Step Client::send(std::string_view bytes) {
  const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(bytes.size())) return Step::done;
  return sent < 0 ? fail_errno(errno) : fail(Failure::system);
}

Client::Step Client::receive(std::span<char> scratch) {
  for (;;) {
    const ssize_t count = ::recv(socket_.get(), scratch.data(), scratch.size(), 0);
    if (count == 0) return fail(Failure::closed);
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN ? Step::wait : fail_errno(errno);
    }
    const Step step = take({scratch.data(), static_cast<std::size_t>(count)});
    if (step != Step::wait) return step;
  }
}

Client::Step Client::take(std::string_view bytes) {
  if (!has_head_) {
    // Mostly the head comes in one piece, and is read where it lies.
    if (!head_.empty()) bytes = head_.append(bytes);
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      if (bytes.size() > head_bytes_max) return fail(Failure::malformed);
      if (head_.empty()) head_ = bytes;
      return Step::wait;
    }
    if (take_head(bytes.substr(0, end)) == Step::failed) return Step::failed;
    bytes.remove_prefix(end + 4);
  }
  if (bytes.size() > body_bytes_) return fail(Failure::malformed);
  body_bytes_ -= bytes.size();
  if (body_bytes_ > 0) return Step::wait;
  has_head_ = false;
  head_.clear();
  return Step::done;
}

Client::Step Client::take_head(std::string_view head) {
  const auto parsed = parse_answer_head(head);
  if (!parsed) return fail(Failure::malformed);
  if (parsed->status != 200) return fail(Failure::status);
  if (!parsed->content_length) return fail(Failure::malformed);
  body_bytes_ = *parsed->content_length;
  has_head_ = true;
  return Step::done;
}

}  // namespace coachwhip::lab
