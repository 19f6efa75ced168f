// FrontThread: one event loop of the front with everything that belongs to it alone.
#pragma once

#include <memory>
#include <vector>

#include "front/access_log.hpp"
#include "front/session.hpp"
#include "front/site.hpp"
#include "http1/connection.hpp"
#include "loop/loop.hpp"
#include "net/listener.hpp"

namespace coachwhip::front {

// Built and destroyed by the main thread; between these only its own thread touches it, but for
// loop().post().
class FrontThread final : private Sessions::Owner {
 public:
  // `access_log` is a descriptor or -1.
  static Result<std::unique_ptr<FrontThread>> make(const Setup& setup, std::size_t index,
                                                   int access_log);
  ~FrontThread();

  loop::Loop& loop() { return *loop_; }

  Result<void> start_listening();
  // Until drain() has been called and every session has ended.
  void run() { loop_->run(); }

  // On the loop's own thread:
  void drain();
  void worker_gone(std::size_t app, std::uint32_t owner);

 private:
  class Door;
  class WakeUp;

  FrontThread(const Setup& setup, std::size_t index, std::unique_ptr<loop::Loop> loop, Site site,
              int access_log);
  bool is_full() const;
  void pause_if_full();
  void on_session_ended() override;
  Task<void> finish();

  std::size_t connections_max_;  // 0: no bound
  bool is_paused_ = false;
  std::unique_ptr<loop::Loop> loop_;
  Site site_;
  http1::Context context_;
  std::unique_ptr<AccessLog> access_log_;
  Sessions sessions_;
  std::unique_ptr<WakeUp> wake_up_;
  std::vector<std::unique_ptr<Door>> doors_;
  Nursery nursery_;
};

}  // namespace coachwhip::front
