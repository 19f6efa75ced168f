// Listening sockets: opened by the supervisor (open_listener), accepted from by every loop
// (Listener).
#pragma once

#include <coroutine>
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "loop/loop.hpp"
#include "net/address.hpp"
#include "net/turnstile.hpp"

namespace coachwhip::net {

// The file that a unix socket was bound to: only that one is removed, whatever else may have taken
// its path since.
struct SocketFile {
  std::string path;
  dev_t device = 0;
  ino_t inode = 0;
};

struct OpenedListener {
  UniqueFd socket;
  std::optional<SocketFile> file;
  std::string url;   // what a user types to reach it, with the real port: "http://127.0.0.1:8000"
  std::string host;  // for SERVER_NAME; "localhost" for a unix socket
  std::uint16_t port = 0;  // for SERVER_PORT; 0 for a unix socket

  // Ends the listening in this process, and removes the socket's file if it is still there.
  void close();
};

// Binds and listens; the error names the address, the reason and the remedy.
Result<OpenedListener> open_listener(const BindAddress& address, int backlog);

// Could it be listened on, as far as can be told without doing so? That the address is free is not
// looked at, nor an inherited descriptor, which only the server gets. Errors as of open_listener.
Result<void> check_bind(const BindAddress& address);

// A connection that nobody serves at the moment.
struct Accepted {
  Turnstile::Ticket ticket;
  UniqueFd socket;  // closed before its place is free
  Peer peer;
  const OpenedListener* listener = nullptr;  // that it came through
  std::uint64_t requests = 0;                // which it has been answered already
};

// What a listener hands its connections to.
class Acceptor {
 public:
  virtual void on_accept(Accepted accepted) = 0;
  // Ends the connection that has waited longest for its client's next request; false: none does.
  virtual bool end_idle() = 0;

 protected:
  ~Acceptor() = default;
};

// One loop's way of accepting from a listening socket, in batches. Where there is no place or no
// descriptor for another connection, an idle one ends; if there is none, of other loops neither,
// who connects waits in the kernel's queue, and a tenth of a second later there is another try.
class Listener final : private loop::Watcher, private loop::Timer {
 public:
  // Duplicates the socket. Everything else outlives it.
  Listener(loop::Loop& loop, const OpenedListener& opened, Acceptor& acceptor,
           Turnstile& turnstile);
  ~Listener();

  Result<void> start();
  void stop();
  // As start(), but tries again and again where it fails.
  void resume();
  // A place or a descriptor may have become free.
  void room_was_made();
  // Accepts those who wait in the kernel's queue, as far as there are descriptors for them.
  void accept_waiting();
  void close();

  // From any thread.
  bool is_of_another_loop(const Listener& other) const { return &loop_ != &other.loop_; }
  void look_soon();

 private:
  bool accept_one(Turnstile::Ticket ticket);
  void let_in(Turnstile::Ticket ticket, UniqueFd socket, const sockaddr_storage& address);
  bool make_room(int error);
  bool is_asked() const;
  void unwatch();
  void on_ready(loop::Readiness readiness) override;
  void on_expiry() override;

  loop::Loop& loop_;
  const OpenedListener& opened_;
  UniqueFd socket_;
  Acceptor& acceptor_;
  Turnstile& turnstile_;
  bool is_watching_ = false;
  bool is_waiting_ = false;  // for room
};

}  // namespace coachwhip::net
