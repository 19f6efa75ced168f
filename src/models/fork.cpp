// fork: every connection gets a process of its own, forked when it comes.
//
// Teaches: the first answer to the second client, and the simplest: the child has a copy of all and
// may crash, leak and block as it likes. Breaks: with every new connection, since a process costs a
// hundred times what answering a small request does; and with as many connections as there may be
// processes at a time: the others wait in the kernel's queue.
// Known from: Apache 1.0's ancestor NCSA httpd, inetd, Postfix's and sshd's way of accepting.
#include <deque>

#include "base/log.hpp"
#include "loop/alarm.hpp"
#include "models/children.hpp"
#include "models/models.hpp"
#include "net/doors.hpp"

namespace coachwhip::models {
namespace {

// After a fork that failed, for want of memory or of process ids.
constexpr Duration retry_delay = std::chrono::milliseconds(100);

class Fork final : public Crew, private net::Acceptor, private Children::Owner {
 public:
  static Result<std::unique_ptr<Crew>> make(Stage& stage) {
    auto loop = loop::Loop::make(loop::make_epoll_poller());
    if (!loop) return pass(std::move(loop.error()));
    return std::unique_ptr<Crew>(new Fork(stage, std::move(*loop)));
  }

  loop::Loop& loop() override { return *loop_; }
  void run() override { loop_->run(); }

  Result<void> start() override {
    stage_.close_listeners();
    return doors_.open();
  }

  void drain() override {
    is_draining_ = true;
    doors_.close();  // whoever waits is accepted
    children_.tell_all({.kind = ControlKind::drain});
    settle();
  }

  void worker_gone(std::size_t app, std::uint32_t owner) override {
    children_.tell_all({ControlKind::worker_gone, static_cast<std::uint32_t>(app), owner});
  }

 private:
  Fork(Stage& stage, std::unique_ptr<loop::Loop> loop)
      : stage_(stage),
        loop_(std::move(loop)),
        children_(*loop_, stage.seats(), *this),
        doors_(*loop_, stage.listeners(), *this, stage.turnstile()),
        retry_(*loop_, [this] { settle(); }),
        tickets_(stage.seats()) {
    for (std::size_t place = stage.seats(); place-- > 0;) free_.push_back(place);
  }

  void on_accept(net::Accepted accepted) override {
    waiting_.push_back(std::move(accepted));
    settle();
  }

  void on_child_ended(std::size_t place, const Ending& ending) override {
    free_.push_back(place);
    tickets_[place] = {};
    if (!ending.has_exit_code(0)) {
      log::error("the process of a connection has ended with " + ending.text());
    }
    settle();
  }

  // The processes of this model do not know when they are idle for too many.
  bool end_idle() override { return false; }

  // Forks for those who wait, as far as there is a place for them, and accepts others if there is
  // one left.
  void settle() {
    while (!waiting_.empty() && !free_.empty()) {
      const std::size_t place = free_.back();
      auto started = begin(place, waiting_.front());
      if (!started) {
        log::error(started.error().message);
        retry_.set(retry_delay);
        break;
      }
      free_.pop_back();
      tickets_[place] = std::move(waiting_.front().ticket);
      waiting_.pop_front();
    }
    const bool is_full = free_.empty() || !waiting_.empty();
    if (is_draining_) {
      if (waiting_.empty() && children_.count() == 0) loop_->stop();
    } else if (is_full != std::exchange(is_paused_, is_full)) {
      is_full ? doors_.pause() : doors_.resume();
    }
  }

  Result<void> begin(std::size_t place, net::Accepted& connection) {
    std::vector<int> descriptors = stage_.descriptors();
    descriptors.push_back(connection.socket.get());
    return children_.start(place, std::move(descriptors), [&](int control) {
      return live(place, control, std::move(connection));
    });
  }

  // In the child.
  Result<void> live(std::size_t place, int control, net::Accepted connection) {
    auto seat = stage_.make_seat(place);
    if (!seat) return pass(std::move(seat.error()));
    (*seat)->serve(std::move(connection));
    if (is_draining_) (*seat)->drain();
    (*seat)->finish();
    return run_told(control, **seat);
  }

  Stage& stage_;
  std::unique_ptr<loop::Loop> loop_;
  Children children_;
  net::Doors doors_;
  loop::Alarm retry_;
  std::vector<std::size_t> free_;
  std::deque<net::Accepted> waiting_;
  std::vector<net::Turnstile::Ticket> tickets_;  // by place: of the one that its process serves
  bool is_paused_ = false;
  bool is_draining_ = false;
};

}  // namespace

const Model fork{
    .name = "fork",
    .summary = "a process for each connection, forked when it comes",
    .breaks = "with every new connection, and with as many as there may be (--front-threads)",
    .known_from = "NCSA httpd, inetd",
    .make_poller = loop::make_epoll_poller,
    .make_crew = Fork::make,
    .seats = Seats::many,
    .memory = Memory::connection,
};

}  // namespace coachwhip::models
