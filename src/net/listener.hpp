// Listening sockets: opened by the supervisor (open_listener), accepted from by every loop
// (Listener).
#pragma once

#include <coroutine>
#include <string>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "loop/loop.hpp"
#include "net/address.hpp"

namespace coachwhip::net {

struct OpenedListener {
  UniqueFd socket;
  std::string url;   // what a user types to reach it, with the real port: "http://127.0.0.1:8000"
  std::string host;  // for SERVER_NAME; "localhost" for a unix socket
  std::uint16_t port = 0;  // for SERVER_PORT; 0 for a unix socket
};

// Binds and listens; the error names the address, the reason and the remedy.
Result<OpenedListener> open_listener(const BindAddress& address, int backlog);

struct Accepted {
  UniqueFd socket;
  Peer peer;
};

// What a listener hands its connections to.
class Acceptor {
 public:
  virtual void on_accept(Accepted accepted) = 0;

 protected:
  ~Acceptor() = default;
};

// Accepts in batches. When the process is out of descriptors it says so in the log and tries again
// a tenth of a second later; connections wait in the kernel's queue meanwhile.
class Listener final : private loop::Watcher, private loop::Timer {
 public:
  // `socket` is borrowed: it is shared by all loops and outlives them.
  Listener(loop::Loop& loop, int socket, Acceptor& acceptor)
      : loop_(loop), socket_(socket), acceptor_(acceptor) {}
  ~Listener() { stop(); }

  Result<void> start();
  void stop();
  // Accepts those who wait in the kernel's queue, as far as there are descriptors for them.
  void accept_waiting();

 private:
  bool accept_one();
  void on_ready(loop::Readiness readiness) override;
  void on_expiry() override;

  loop::Loop& loop_;
  int socket_;
  Acceptor& acceptor_;
  bool watching_ = false;
};

}  // namespace coachwhip::net
