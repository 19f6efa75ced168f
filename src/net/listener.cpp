#include "net/listener.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "net/socket_stream.hpp"

namespace coachwhip::net {
namespace {

constexpr int accept_batch = 64;
constexpr Duration retry_delay = std::chrono::milliseconds(100);

std::unexpected<Error> refuse(const BindAddress& address, int number, const std::string& why) {
  return fail(number == 0 ? ErrorKind::bad_input : ErrorKind::io, number,
              "cannot listen on " + address.text + ": " + why);
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return path.substr(0, slash == 0 ? 1 : slash);
}

std::unexpected<Error> bind_failed(const BindAddress& address, int number) {
  std::string why = std::strerror(number);
  const bool is_inet = address.kind == BindAddress::Kind::inet;
  switch (number) {
    case EADDRINUSE:
      why += "; stop the program that has it or choose another one with --bind";
      break;
    case EACCES:
      why += is_inet ? "; ports below 1024 need root or CAP_NET_BIND_SERVICE"
                     : "; the folder of the socket must be writable";
      break;
    case EADDRNOTAVAIL:
      why += "; this machine has no such address, choose another one with --bind";
      break;
    case ENOENT:
    case ENOTDIR:
      if (!is_inet) {
        why += "; make the folder '" + folder_of(address.path) +
               "' or choose another path with --bind";
      }
      break;
    default:
      break;
  }
  return refuse(address, number, why);
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

using Resolved = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<Resolved> find_address(const BindAddress& address) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  const char* host = address.host.empty() ? nullptr : address.host.c_str();
  if (const int code = ::getaddrinfo(host, port.c_str(), &hints, &found); code != 0) {
    return refuse(address, 0,
                  ::gai_strerror(code) +
                      std::string("; give --bind an address of this machine, "
                                  "as in 127.0.0.1:") +
                      port + ", or a name that leads to one");
  }
  return Resolved(found, &::freeaddrinfo);
}

Result<UniqueFd> open_inet(const BindAddress& address, int backlog) {
  const auto found = find_address(address);
  if (!found) return std::unexpected(found.error());
  UniqueFd socket(::socket((*found)->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return bind_failed(address, errno);
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // Inherited by the accepted sockets: answers leave in one write, waiting for more gains nothing.
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::bind(socket.get(), (*found)->ai_addr, (*found)->ai_addrlen) != 0 ||
      ::listen(socket.get(), backlog) != 0) {
    return bind_failed(address, errno);
  }
  return socket;
}

struct UnixName {
  sockaddr_un name{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&name); }
};

bool is_abstract(const BindAddress& address) { return address.path.starts_with('@'); }

Result<UnixName> name_of(const BindAddress& address) {
  UnixName made;
  if (address.path.size() >= sizeof made.name.sun_path) {
    return refuse(address, 0,
                  "a socket path has at most " + std::to_string(sizeof made.name.sun_path - 1) +
                      " bytes; choose a shorter one with --bind");
  }
  made.name.sun_family = AF_UNIX;
  std::memcpy(made.name.sun_path, address.path.data(), address.path.size());
  if (is_abstract(address)) made.name.sun_path[0] = '\0';
  made.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.path.size() +
                                     (is_abstract(address) ? 0 : 1));
  return made;
}

// May whatever stands at the socket's path be taken for a socket?
Result<bool> has_socket(const BindAddress& address) {
  struct stat status{};
  if (is_abstract(address) || ::stat(address.path.c_str(), &status) != 0) return false;
  if (S_ISSOCK(status.st_mode)) return true;
  return refuse(address, EADDRINUSE,
                "a file that is no socket stands there; remove it or choose another path with "
                "--bind");
}

// A socket file that nobody listens on is left from a killed server and may be replaced.
bool is_stale(const UnixName& name) {
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe && ::connect(probe.get(), name.get(), name.size) != 0 && errno == ECONNREFUSED;
}

Result<UniqueFd> open_unix(const BindAddress& address, int backlog) {
  const auto name = name_of(address);
  if (!name) return std::unexpected(name.error());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return bind_failed(address, errno);
  const auto socket_stands = has_socket(address);
  if (!socket_stands) return std::unexpected(socket_stands.error());
  if (*socket_stands) {
    if (!is_stale(*name)) return bind_failed(address, EADDRINUSE);
    ::unlink(address.path.c_str());
  }
  if (::bind(socket.get(), name->get(), name->size) != 0 || ::listen(socket.get(), backlog) != 0) {
    return bind_failed(address, errno);
  }
  return socket;
}

// While the socket is open no other file gets the inode's number.
std::optional<SocketFile> file_of(const BindAddress& address) {
  struct stat status{};
  if (address.kind != BindAddress::Kind::unix_path || is_abstract(address) ||
      ::lstat(address.path.c_str(), &status) != 0) {
    return std::nullopt;
  }
  return SocketFile{address.path, status.st_dev, status.st_ino};
}

Result<void> check_unix(const BindAddress& address) {
  const auto name = name_of(address);
  if (!name) return std::unexpected(name.error());
  const auto socket_stands = has_socket(address);
  if (!socket_stands) return std::unexpected(socket_stands.error());
  if (is_abstract(address)) return {};
  const std::string folder = folder_of(address.path) + "/";  // fails for what is no folder
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return bind_failed(address, errno);
  return {};
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

// Why nobody can be accepted, and what helps.
std::string explain(int error, std::size_t connections_max) {
  if (error == 0) {
    return "there are " + std::to_string(connections_max) +
           " and none is idle; raise --max-connections, or lower the time-outs for slow clients";
  }
  std::string text = std::string(std::strerror(error)) + ", and no connection is idle";
  if (error == EMFILE) text += "; raise the limit of open files (ulimit -n)";
  if (error == ENFILE) text += "; raise the system's limit of open files (sysctl fs.file-max)";
  return text;
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
  auto opened = describe(std::move(*socket));
  if (opened) opened->file = file_of(address);
  return opened;
}

void OpenedListener::close() {
  struct stat status{};
  if (file && ::lstat(file->path.c_str(), &status) == 0 && status.st_dev == file->device &&
      status.st_ino == file->inode) {
    ::unlink(file->path.c_str());
  }
  file.reset();
  socket.reset();
}

Result<void> check_bind(const BindAddress& address) {
  switch (address.kind) {
    case BindAddress::Kind::inet: {
      const auto found = find_address(address);
      if (!found) return std::unexpected(found.error());
      return {};
    }
    case BindAddress::Kind::unix_path:
      return check_unix(address);
    case BindAddress::Kind::inherited_fd:
      return {};
  }
  return {};
}

Listener::Listener(loop::Loop& loop, const OpenedListener& opened, Acceptor& acceptor,
                   Turnstile& turnstile)
    : loop_(loop),
      opened_(opened),
      socket_(::fcntl(opened.socket.get(), F_DUPFD_CLOEXEC, 3)),
      acceptor_(acceptor),
      turnstile_(turnstile) {
  turnstile_.add(*this);
}

Listener::~Listener() {
  stop();
  turnstile_.remove(*this);
}

Result<void> Listener::start() {
  if (is_watching_) return {};
  auto added = loop_.poller().add(socket_.get(), *this, loop::Trigger::exclusive);
  is_watching_ = added.has_value();
  return added;
}

void Listener::stop() {
  loop_.disarm(*this);
  is_waiting_ = false;
  unwatch();
}

void Listener::unwatch() {
  if (std::exchange(is_watching_, false)) loop_.poller().remove(socket_.get(), *this);
}

void Listener::close() {
  stop();
  socket_.reset();
}

void Listener::on_ready(loop::Readiness) {
  for (int i = 0; i < accept_batch && is_watching_; ++i) {
    Turnstile::Ticket ticket = turnstile_.enter();
    const bool goes_on = ticket ? accept_one(std::move(ticket)) : make_room(0);
    if (!goes_on) return;
    is_waiting_ = false;
  }
}

void Listener::accept_waiting() {
  while (accept_one(turnstile_.enter_anyway())) {
  }
}

// False: nobody waits, or nobody can be accepted.
bool Listener::accept_one(Turnstile::Ticket ticket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  UniqueFd socket(::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size,
                            SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket) {
    let_in(std::move(ticket), std::move(socket), address);
    return true;
  }
  switch (errno) {
    case EINTR:
    case ECONNABORTED:
      return true;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return make_room(errno);
    default:
      return false;
  }
}

// Who is over its bound is reset, not answered: for an answer its request would have to be read
// first, and after a mere close the kernel would keep the connection until the client closes too.
void Listener::let_in(Turnstile::Ticket ticket, UniqueFd socket, const sockaddr_storage& address) {
  const auto client = ip_of(address);
  if (client && !turnstile_.count(ticket, *client)) {
    turnstile_.note_refusal(*client, loop_.now());
    reset_when_closed(socket.get());
    return;
  }
  acceptor_.on_accept({std::move(ticket), std::move(socket), peer_of(address), &opened_});
}

// True: another try is worth while. `error` is 0 where all places are taken.
bool Listener::make_room(int error) {
  if (!is_asked()) return false;
  if (acceptor_.end_idle()) return true;
  unwatch();
  loop_.arm(*this, loop_.now() + retry_delay);
  if (std::exchange(is_waiting_, true)) {
    turnstile_.note_wait(explain(error, turnstile_.connections_max()), loop_.now());
  } else {
    turnstile_.ask_others(*this);
  }
  return false;
}

// Another loop may have been quicker, and without a descriptor accept() says nothing else.
bool Listener::is_asked() const {
  pollfd asked{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&asked, 1, 0) == 1;
}

void Listener::look_soon() {
  loop_.post([this] { on_ready({}); });
}

void Listener::room_was_made() {
  if (is_waiting_) resume();
}

void Listener::on_expiry() { resume(); }

void Listener::resume() {
  const auto started = start();
  if (started) return;
  turnstile_.note_wait(started.error().message, loop_.now());
  loop_.arm(*this, loop_.now() + retry_delay);
}

}  // namespace coachwhip::net
