#include "models/threads.hpp"

#include <thread>

namespace coachwhip::models {

Result<std::unique_ptr<Crew>> Threads::make(Stage& stage) {
  return make_some(stage, 0, stage.seats());
}

Result<std::unique_ptr<Crew>> Threads::make_some(Stage& stage, std::size_t first,
                                                 std::size_t count) {
  std::unique_ptr<Threads> made(new Threads(stage));
  for (std::size_t place = first; place < first + count; ++place) {
    auto seat = stage.make_seat(place);
    if (!seat) return pass(std::move(seat.error()));
    made->seats_.push_back(std::move(*seat));
  }
  return made;
}

Result<void> Threads::start() {
  for (const auto& seat : seats_) {
    auto opened = seat->open_doors();
    if (!opened) return opened;
  }
  stage_.close_listeners();
  return {};
}

void Threads::run() {
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < seats_.size(); ++i) {
    others.emplace_back([&seat = *seats_[i]] { seat.run(); });
  }
  seats_.front()->run();
}

void Threads::drain() {
  for (const auto& seat : seats_) seat->loop().post([&each = *seat] { each.drain(); });
}

void Threads::worker_gone(std::size_t app, std::uint32_t owner) {
  for (const auto& seat : seats_) {
    seat->loop().post([&each = *seat, app, owner] { each.worker_gone(app, owner); });
  }
}

}  // namespace coachwhip::models
