#include "net/listener.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/log.hpp"

namespace coachwhip::net {
namespace {

constexpr int accept_batch = 64;
constexpr Duration retry_delay = std::chrono::milliseconds(100);

std::unexpected<Error> bind_failed(const BindAddress& address, int number) {
  std::string message = "cannot listen on " + address.text + ": " + std::strerror(number);
  switch (number) {
    case EADDRINUSE:
      message += "; stop the program that has it or choose another one with --bind";
      break;
    case EACCES:
      message += address.kind == BindAddress::Kind::inet
                     ? "; ports below 1024 need root or CAP_NET_BIND_SERVICE"
                     : "; the folder of the socket must be writable";
      break;
    case EADDRNOTAVAIL:
      message += "; this machine has no such address";
      break;
    default:
      break;
  }
  return fail(ErrorKind::io, number, std::move(message));
}

Result<OpenedListener> describe(UniqueFd socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    return fail_errno("getsockname", errno);
  }
  OpenedListener opened;
  if (bound.ss_family == AF_UNIX) {
    const auto& local = reinterpret_cast<const sockaddr_un&>(bound);
    opened.url = std::string("unix:") + (local.sun_path[0] != '\0' ? local.sun_path : "@");
    if (local.sun_path[0] == '\0' && size > sizeof(sa_family_t) + 1) {
      opened.url.append(local.sun_path + 1, size - sizeof(sa_family_t) - 1);
    }
    opened.host = "localhost";
  } else {
    const Peer self = peer_of(bound);
    const bool any = self.host == "0.0.0.0" || self.host == "::";
    const bool v6 = self.host.find(':') != std::string::npos;
    opened.host = self.host;
    opened.port = self.port;
    const std::string shown = any ? "localhost" : v6 ? "[" + self.host + "]" : self.host;
    opened.url = "http://" + shown + ":" + std::to_string(self.port);
  }
  opened.socket = std::move(socket);
  return opened;
}

Result<UniqueFd> open_inet(const BindAddress& address, int backlog) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  const char* host = address.host.empty() ? nullptr : address.host.c_str();
  if (const int code = ::getaddrinfo(host, port.c_str(), &hints, &found); code != 0) {
    return fail(ErrorKind::bad_input, 0,
                "cannot listen on " + address.text + ": " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  UniqueFd socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return bind_failed(address, errno);
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // Inherited by the accepted sockets: answers leave in one write, waiting for more gains nothing.
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(socket.get(), backlog) != 0) {
    return bind_failed(address, errno);
  }
  return socket;
}

// A socket file that nobody listens on is left from a killed server and may be replaced.
bool is_stale(const sockaddr_un& name, socklen_t size) {
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe && ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&name), size) != 0 &&
         errno == ECONNREFUSED;
}

Result<UniqueFd> open_unix(const BindAddress& address, int backlog) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.path.size() >= sizeof name.sun_path) {
    return fail(ErrorKind::bad_input, 0,
                "cannot listen on " + address.text + ": a socket path has at most " +
                    std::to_string(sizeof name.sun_path - 1) + " bytes");
  }
  const bool is_abstract = address.path.starts_with('@');
  std::memcpy(name.sun_path, address.path.data(), address.path.size());
  if (is_abstract) name.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.path.size() +
                                           (is_abstract ? 0 : 1));
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return bind_failed(address, errno);
  struct stat status{};
  if (!is_abstract && ::stat(address.path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode) || !is_stale(name, size)) return bind_failed(address, EADDRINUSE);
    ::unlink(address.path.c_str());
  }
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), size) != 0 ||
      ::listen(socket.get(), backlog) != 0) {
    return bind_failed(address, errno);
  }
  return socket;
}

Result<UniqueFd> adopt_fd(const BindAddress& address) {
  int listening = 0;
  socklen_t size = sizeof listening;
  if (::getsockopt(address.fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
      listening == 0) {
    return fail(ErrorKind::bad_input, 0,
                "cannot listen on " + address.text + ": descriptor " + std::to_string(address.fd) +
                    " is not a listening socket");
  }
  UniqueFd socket(::fcntl(address.fd, F_DUPFD_CLOEXEC, 3));
  if (!socket) return bind_failed(address, errno);
  ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

Result<OpenedListener> open_listener(const BindAddress& address, int backlog) {
  Result<UniqueFd> socket = fail(ErrorKind::bad_input);
  switch (address.kind) {
    case BindAddress::Kind::inet:
      socket = open_inet(address, backlog);
      break;
    case BindAddress::Kind::unix_path:
      socket = open_unix(address, backlog);
      break;
    case BindAddress::Kind::inherited_fd:
      socket = adopt_fd(address);
      break;
  }
  if (!socket) return pass(std::move(socket.error()));
  return describe(std::move(*socket));
}

Result<void> Listener::start() {
  auto added = loop_.poller().add(socket_, *this, loop::Trigger::exclusive);
  watching_ = added.has_value();
  return added;
}

void Listener::stop() {
  loop_.disarm(*this);
  if (!watching_) return;
  watching_ = false;
  loop_.poller().remove(socket_, *this);
}

void Listener::on_ready(loop::Readiness) {
  for (int i = 0; i < accept_batch && watching_; ++i) {
    if (!accept_one()) return;
  }
}

void Listener::accept_waiting() {
  while (watching_ && accept_one()) {
  }
}

// False: nobody waits, or nobody can be accepted.
bool Listener::accept_one() {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  UniqueFd socket(::accept4(socket_, reinterpret_cast<sockaddr*>(&address), &size,
                            SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket) {
    acceptor_.on_accept({std::move(socket), peer_of(address)});
    return true;
  }
  if (errno == EINTR || errno == ECONNABORTED) return true;
  if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
    log::warning(std::string("cannot accept connections for the moment: ") + std::strerror(errno) +
                 "; raise the limit of open files (ulimit -n)");
    stop();
    loop_.arm(*this, loop_.now() + retry_delay);
  }
  return false;
}

void Listener::on_expiry() {
  if (!start()) loop_.arm(*this, loop_.now() + retry_delay);
}

}  // namespace coachwhip::net
