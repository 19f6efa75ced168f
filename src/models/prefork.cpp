// prefork: processes that were forked in advance, each serving one connection at a time.
//
// Teaches: `fork` without its price. All children wait at the same door and the kernel lets one of
// them in; a crash takes one connection with it, a leak ends with its process, and no two requests
// share a variable. Breaks: with as many connections, idle ones too, as there are processes; and
// each has its own heap, caches and page tables.
// Known from: Apache's prefork MPM, PostgreSQL (where a connection has its process for long).
#include "base/log.hpp"
#include "loop/alarm.hpp"
#include "models/children.hpp"
#include "models/models.hpp"
#include "models/threads.hpp"

namespace coachwhip::models {
namespace {

// A child that ended by itself is missed for so long. It keeps one that always fails from taking
// all processors.
constexpr Duration replacement_delay = std::chrono::seconds(1);

class Prefork final : public Crew, private Children::Owner {
 public:
  static Result<std::unique_ptr<Crew>> make(Stage& stage) {
    auto loop = loop::Loop::make(loop::make_epoll_poller());
    if (!loop) return pass(std::move(loop.error()));
    return std::unique_ptr<Crew>(new Prefork(stage, std::move(*loop)));
  }

  loop::Loop& loop() override { return *loop_; }
  void run() override { loop_->run(); }

  Result<void> start() override {
    for (std::size_t place = 0; place < stage_.seats(); ++place) {
      auto started = fill(place);
      if (!started) return started;
    }
    return {};
  }

  void drain() override {
    is_draining_ = true;
    replacement_.clear();
    stage_.close_listeners();
    children_.tell_all({.kind = ControlKind::drain});
    if (children_.count() == 0) loop_->stop();
  }

  void worker_gone(std::size_t app, std::uint32_t owner) override {
    children_.tell_all({ControlKind::worker_gone, static_cast<std::uint32_t>(app), owner});
  }

 private:
  Prefork(Stage& stage, std::unique_ptr<loop::Loop> loop)
      : stage_(stage),
        loop_(std::move(loop)),
        children_(*loop_, stage.seats(), *this),
        replacement_(*loop_, [this] { replace(); }) {}

  Result<void> fill(std::size_t place) {
    std::vector<int> descriptors = stage_.descriptors();
    for (const net::OpenedListener& opened : stage_.listeners()) {
      descriptors.push_back(opened.socket.get());
    }
    return children_.start(place, std::move(descriptors),
                           [this, place](int control) { return live(place, control); });
  }

  // In the child.
  Result<void> live(std::size_t place, int control) {
    stage_.turnstile().share(place);
    auto crew = Threads::make_some(stage_, place, 1);
    if (!crew) return pass(std::move(crew.error()));
    auto started = (*crew)->start();
    if (!started) return started;
    return run_told(control, **crew);
  }

  void on_child_ended(std::size_t place, const Ending& ending) override {
    if (is_draining_) {
      if (children_.count() == 0) loop_->stop();
      return;
    }
    log::error("a process of the front has ended with " + ending.text() +
               "; starting another one in a second");
    missing_.push_back(place);
    replacement_.set(replacement_delay);
  }

  void replace() {
    std::vector<std::size_t> places;
    places.swap(missing_);
    for (const std::size_t place : places) {
      auto filled = fill(place);
      if (filled) continue;
      log::error(filled.error().message);
      missing_.push_back(place);
      replacement_.set(replacement_delay);
    }
  }

  Stage& stage_;
  std::unique_ptr<loop::Loop> loop_;
  Children children_;
  std::vector<std::size_t> missing_;
  loop::Alarm replacement_;
  bool is_draining_ = false;
};

}  // namespace

const Model prefork{
    .name = "prefork",
    .summary = "processes forked in advance, each with one connection at a time",
    .breaks = "with as many connections, idle ones too, as there are processes (--front-threads)",
    .known_from = "Apache's prefork MPM",
    // Of the processes that wait for a connection the kernel wakes one, not all.
    .make_poller = loop::make_epoll_poller,
    .make_crew = Prefork::make,
    .seats = Seats::many,
    .memory = Memory::seat,
    .connections_max = 1,
};

}  // namespace coachwhip::models
