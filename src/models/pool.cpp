// pool: a selector watches all connections; those that have something to say are handed to one of
// several threads, which answers and hands them back.
//
// Teaches: idle connections cost a descriptor, not a thread, and the code that answers may still
// block. Breaks: every request crosses between threads twice, a lock and a wake-up each time; and a
// client that sends its request slowly, or takes its answer slowly, holds a thread like a busy one.
// Known from: Tomcat and Jetty, Apache's event MPM, gunicorn's gthread, Puma.
#include <deque>
#include <sys/socket.h>
#include <thread>

#include "base/log.hpp"
#include "models/models.hpp"
#include "net/doors.hpp"
#include "net/idle_queue.hpp"

namespace coachwhip::models {
namespace {

class Pool final : public Crew, private net::Acceptor, private Seat::Host {
 public:
  static Result<std::unique_ptr<Crew>> make(Stage& stage) {
    auto loop = loop::Loop::make(loop::make_epoll_poller());
    if (!loop) return pass(std::move(loop.error()));
    std::unique_ptr<Pool> made(new Pool(stage, std::move(*loop)));
    for (std::size_t place = 0; place < stage.seats(); ++place) {
      auto seat = stage.make_seat(place);
      if (!seat) return pass(std::move(seat.error()));
      made->free_.push_back(seat->get());
      made->seats_.push_back(std::move(*seat));
    }
    return made;
  }

  loop::Loop& loop() override { return *loop_; }

  Result<void> start() override {
    stage_.close_listeners();
    return doors_.open();
  }

  void run() override {
    std::vector<std::jthread> threads;
    for (const auto& seat : seats_) threads.emplace_back([&each = *seat] { each.run(); });
    loop_->run();
  }

  // Who has asked for something is answered, the others go.
  void drain() override {
    is_draining_ = true;
    for (const auto& seat : seats_) seat->loop().post([&each = *seat] { each.announce_end(); });
    doors_.close();
    for (const auto& idle : idle_) {
      if (idle && idle->has_input()) ready_.push_back(idle->leave());
    }
    idle_.clear();
    settle();
  }

  void worker_gone(std::size_t app, std::uint32_t owner) override {
    for (const auto& seat : seats_) {
      seat->loop().post([&each = *seat, app, owner] { each.worker_gone(app, owner); });
    }
  }

 private:
  static bool holds_input(const net::Accepted& connection) {
    char first = 0;
    return ::recv(connection.socket.get(), &first, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }

  // A connection that nobody serves: until its client says something, or for too long.
  class Idle final : private loop::Watcher, private loop::Timer, private net::IdleQueue::Member {
   public:
    Idle(Pool& pool, net::Accepted connection) : pool_(pool), connection_(std::move(connection)) {
      pool_.queue_.add(*this, pool_.loop_->now());
    }
    ~Idle() { unwatch(); }
    Idle(const Idle&) = delete;
    Idle& operator=(const Idle&) = delete;

    Result<void> watch() {
      pool_.loop_->arm(*this, pool_.loop_->now() + pool_.stage_.idle_timeout());
      return pool_.loop_->poller().add(fd(), *this, loop::Trigger::level);
    }
    int fd() const { return connection_.socket.get(); }
    bool has_input() const { return holds_input(connection_); }
    net::Accepted leave() {
      unwatch();
      return std::move(connection_);
    }

   private:
    void unwatch() {
      if (connection_.socket) pool_.loop_->poller().remove(fd(), *this);
    }
    void on_ready(loop::Readiness) override { pool_.has_work(fd()); }
    void on_expiry() override { pool_.end(fd()); }
    void give_way() override { has_input() ? pool_.has_work(fd()) : pool_.end(fd()); }

    Pool& pool_;
    net::Accepted connection_;
  };

  Pool(Stage& stage, std::unique_ptr<loop::Loop> loop)
      : stage_(stage),
        loop_(std::move(loop)),
        doors_(*loop_, stage.listeners(), *this, stage.turnstile()) {}

  void on_accept(net::Accepted accepted) override {
    if (is_draining_) {
      ready_.push_back(std::move(accepted));
    } else {
      park(std::move(accepted));
    }
  }

  bool end_idle() override { return queue_.end_first(loop_->now()); }

  // On the seat's thread.
  void on_return(Seat& seat, std::optional<net::Accepted> connection) override {
    loop_->post([this, &seat, connection = std::move(connection)]() mutable {
      free_.push_back(&seat);
      if (connection && !is_draining_) {
        park(std::move(*connection));
      } else if (connection && holds_input(*connection)) {
        ready_.push_back(std::move(*connection));
      }
      connection.reset();
      doors_.room_was_made();
      settle();
    });
  }

  void park(net::Accepted connection) {
    auto idle = std::make_unique<Idle>(*this, std::move(connection));
    const auto watched = idle->watch();
    if (!watched) return log::warning("a connection was lost: " + watched.error().message);
    const auto fd = static_cast<std::size_t>(idle->fd());
    if (idle_.size() <= fd) idle_.resize(fd + 1);
    idle_[fd] = std::move(idle);
  }

  std::unique_ptr<Idle> take(int fd) { return std::move(idle_[static_cast<std::size_t>(fd)]); }

  void end(int fd) {
    take(fd).reset();
    doors_.room_was_made();
  }

  void has_work(int fd) {
    ready_.push_back(take(fd)->leave());
    settle();
  }

  // Hands over what is ready, to the thread that was busy last: its stack and its data are warm.
  void settle() {
    while (!ready_.empty() && !free_.empty()) {
      Seat& seat = *free_.back();
      free_.pop_back();
      seat.loop().post([this, &seat, connection = std::move(ready_.front())]() mutable {
        seat.serve_once(std::move(connection), *this);
      });
      ready_.pop_front();
    }
    if (is_draining_ && ready_.empty() && free_.size() == seats_.size()) stop();
  }

  void stop() {
    for (const auto& seat : seats_) seat->loop().post([&each = *seat] { each.drain(); });
    loop_->stop();
  }

  Stage& stage_;
  std::unique_ptr<loop::Loop> loop_;
  net::Doors doors_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::vector<Seat*> free_;
  net::IdleQueue queue_;
  std::vector<std::unique_ptr<Idle>> idle_;  // by descriptor
  std::deque<net::Accepted> ready_;          // whose clients wait for a thread
  bool is_draining_ = false;
};

}  // namespace

const Model pool{
    .name = "pool",
    .summary = "a selector hands each connection that has a request to one of several threads",
    .breaks = "with as many slow clients as threads; every request crosses threads twice",
    .known_from = "Tomcat, Apache's event MPM, gunicorn's gthread",
    .make_poller = loop::make_epoll_poller,
    .make_crew = Pool::make,
    .seats = Seats::many,
};

}  // namespace coachwhip::models
