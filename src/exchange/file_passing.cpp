#include "exchange/file_passing.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace coachwhip::exchange {
namespace {

// A message with one tag and room for one descriptor.
struct Envelope {
  explicit Envelope(FileTag& tag) : part{&tag, sizeof tag} {
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
  }

  iovec part;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
};

}  // namespace

Result<void> send_file_descriptor(int socket, FileTag tag, int file) {
  Envelope envelope(tag);
  cmsghdr* header = CMSG_FIRSTHDR(&envelope.message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof file);
  std::memcpy(CMSG_DATA(header), &file, sizeof file);
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &envelope.message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return fail_errno("passing a file to the front", errno);
  return {};
}

std::optional<PassedFile> receive_file_descriptor(int socket) {
  FileTag tag;
  Envelope envelope(tag);
  const ssize_t got = ::recvmsg(socket, &envelope.message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got <= 0) return std::nullopt;
  UniqueFd file;
  const cmsghdr* header = CMSG_FIRSTHDR(&envelope.message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(int))) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    file.reset(fd);
  }
  if (static_cast<std::size_t>(got) != sizeof tag) tag = {~0U, ~0U};
  return PassedFile{tag, std::move(file)};
}

}  // namespace coachwhip::exchange
