// floor PORT: the least that any server must do. One epoll loop, one read and one write per event,
// a constant answer to every end of a request head ("\r\n\r\n"); nothing else is looked at.
// A head split between two reads is counted right, so that pipelined requests can be compared.

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/plain\r\n"
    "Content-Length: 13\r\n"
    "\r\n"
    "Hello, World!";

constexpr int kEventsMax = 512;
constexpr int kBacklog = 4096;

// How much of "\r\n\r\n" the bytes so far end with: 0 to 3.
struct Progress {
  unsigned matched = 0;

  // Returns the number of heads that end in these bytes.
  std::size_t count_ends(std::string_view bytes) {
    constexpr std::string_view kEnd = "\r\n\r\n";
    std::size_t ends = 0;
    for (char byte : bytes) {
      if (byte == kEnd[matched]) {
        if (++matched == kEnd.size()) {
          ++ends;
          matched = 0;
        }
      } else {
        matched = byte == '\r' ? 1 : 0;
      }
    }
    return ends;
  }
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int listen_on(std::uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (listen(fd, kBacklog) != 0) fail("listen");
  return fd;
}

void watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

class Floor {
 public:
  explicit Floor(std::uint16_t port) : listener_(listen_on(port)), epoll_(epoll_create1(0)) {
    watch(epoll_, listener_);
  }

  [[noreturn]] void run() {
    std::vector<epoll_event> events(kEventsMax);
    for (;;) {
      int count = epoll_wait(epoll_, events.data(), kEventsMax, -1);
      for (int i = 0; i < count; ++i) {
        int fd = events[static_cast<std::size_t>(i)].data.fd;
        fd == listener_ ? accept_all() : answer(fd);
      }
    }
  }

 private:
  void accept_all() {
    for (;;) {
      int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (static_cast<std::size_t>(fd) >= progress_.size()) progress_.resize(2u * fd + 64);
      progress_[static_cast<std::size_t>(fd)] = {};
      watch(epoll_, fd);
    }
  }

  void answer(int fd) {
    ssize_t got = recv(fd, buffer_, sizeof buffer_, 0);
    if (got <= 0) {
      close(fd);
      return;
    }
    std::string_view bytes(buffer_, static_cast<std::size_t>(got));
    std::size_t ends = progress_[static_cast<std::size_t>(fd)].count_ends(bytes);
    if (ends == 0) return;
    while (answers_.size() < ends * kAnswer.size()) answers_ += kAnswer;
    std::size_t length = ends * kAnswer.size();
    ssize_t sent = send(fd, answers_.data(), length, MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(length)) close(fd);  // a peer that does not read
  }

  int listener_;
  int epoll_;
  std::vector<Progress> progress_;
  std::string answers_;
  char buffer_[65536];
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: floor PORT\n");
    return 2;
  }
  static Floor floor(static_cast<std::uint16_t>(std::atoi(argv[1])));
  floor.run();
}
