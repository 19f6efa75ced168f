// Threads: the crew of most models: a thread or several, each with a seat, that accept for
// themselves.
#pragma once

#include "models/crew.hpp"

namespace coachwhip::models {

class Threads final : public Crew {
 public:
  // A thread for every seat of the stage.
  static Result<std::unique_ptr<Crew>> make(Stage& stage);
  // For the seats from this place on.
  static Result<std::unique_ptr<Crew>> make_some(Stage& stage, std::size_t first,
                                                 std::size_t count);

  Result<void> start() override;
  loop::Loop& loop() override { return seats_.front()->loop(); }
  // On this thread and on others, which end before it returns.
  void run() override;
  void drain() override;
  void worker_gone(std::size_t app, std::uint32_t owner) override;

 private:
  explicit Threads(Stage& stage) : stage_(stage) {}

  Stage& stage_;
  std::vector<std::unique_ptr<Seat>> seats_;
};

}  // namespace coachwhip::models
