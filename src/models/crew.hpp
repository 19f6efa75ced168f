// Crew: the threads or processes between which a model divides the connections of a front.
//
// The front makes the seats at which connections are served and knows nothing of how many there are
// or who hands them their connections; a model knows that and nothing of HTTP.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "loop/loop.hpp"
#include "net/listener.hpp"

namespace coachwhip::models {

// What runs until it is told to stop. All is called on the thread of its loop.
class Service {
 public:
  virtual ~Service() = default;

  virtual loop::Loop& loop() = 0;
  // Until it is drained and what was open is finished.
  virtual void run() = 0;
  // Accepts no more; once.
  virtual void drain() = 0;
  // The worker process with this owner id in the exchange of the application has ended.
  virtual void worker_gone(std::size_t app, std::uint32_t owner) = 0;
};

// Where connections are served: one thread's loop, with the site's handlers and a lane of each
// application's exchange. Belongs to the thread that runs it.
class Seat : public Service {
 public:
  class Host {
   public:
    // The connection has answered all that it was asked and is the host's again, or nothing: it
    // has ended. On the seat's thread.
    virtual void on_return(Seat& seat, std::optional<net::Accepted> connection) = 0;

   protected:
    ~Host() = default;
  };

  // Accepts for itself, at any time no more than the model's connections_max.
  virtual Result<void> open_doors() = 0;
  // Serves a connection that another has accepted, to its end.
  virtual void serve(net::Accepted connection) = 0;
  // One whose client has something to say: until it is idle.
  virtual void serve_once(net::Accepted connection, Host& host) = 0;
  // From now on clients are told that no further request is taken. drain() says so too.
  virtual void announce_end() = 0;
  // From now on run() returns when no connection is left. drain() says so too.
  virtual void finish() = 0;
};

// What a front has for its model. Outlives the crew.
class Stage {
 public:
  // How many seats there may be.
  virtual std::size_t seats() const = 0;
  // Each place has one at a time; a process that is to have a seat makes it itself.
  virtual Result<std::unique_ptr<Seat>> make_seat(std::size_t place) = 0;
  // What a seat in another process needs, and what that process holds so that the supervisor sees
  // its end.
  virtual std::vector<int> descriptors() const = 0;
  virtual std::span<const net::OpenedListener> listeners() const = 0;
  // Of this process.
  virtual net::Turnstile& turnstile() = 0;
  // For how long a client may say nothing between two requests.
  virtual Duration idle_timeout() const = 0;
  // This process needs the originals no longer; doors that were made before have duplicates.
  virtual void close_listeners() = 0;

 protected:
  ~Stage() = default;
};

class Crew : public Service {
 public:
  // From its return on connections are accepted.
  virtual Result<void> start() = 0;
};

}  // namespace coachwhip::models
