// MadeUpCalls: recordings for tests, written down call by call.
#pragma once

#include <linux/futex.h>
#include <string_view>
#include <sys/syscall.h>

#include "lab/recording.hpp"
#include "lab/story.hpp"

namespace coachwhip::lab {

// Times are milliseconds since the scene began, which lasts one second; the port of client N is
// 5000 + N. The supervisor is process 1, the front 10, a worker 20.
class MadeUpCalls {
 public:
  MadeUpCalls() {
    for (unsigned client = 1; client <= 8; ++client) {
      frame.clients[static_cast<std::uint16_t>(5000 + client)] = client;
    }
    begin(1, 1, 0);
    begin(10, 10, 1);
    begin(20, 20, 1).is_worker = true;
  }

  TracedThread& begin(pid_t process, pid_t thread, pid_t parent, double at = -100) {
    return recording.threads.emplace_back(TracedThread{.process = process,
                                                       .thread = thread,
                                                       .parent = parent,
                                                       .began = moment(at),
                                                       .ended = moment(2000)});
  }

  SystemCall& call(pid_t process, pid_t thread, std::int64_t number, double began, double ended,
                   std::int64_t result = 0, std::uint64_t first = 0) {
    SystemCall& made = recording.calls.emplace_back(SystemCall{.process = process,
                                                               .thread = thread,
                                                               .number = number,
                                                               .arguments = {first},
                                                               .result = result,
                                                               .began = moment(began),
                                                               .ended = moment(ended)});
    return made;
  }

  void accept(pid_t process, pid_t thread, double at, int fd, unsigned client) {
    call(process, thread, SYS_accept4, at, at + 0.1, fd, 3).peer_port = static_cast<std::uint16_t>(
        5000 + client);
  }
  void read(pid_t process, pid_t thread, double at, int fd, std::string_view text) {
    SystemCall& made = call(process, thread, SYS_recvfrom, at, at + 0.1,
                            static_cast<std::int64_t>(text.size()), static_cast<unsigned>(fd));
    made.text_size = static_cast<std::uint16_t>(text.copy(made.text_bytes.data(), 128));
  }
  void write(pid_t process, pid_t thread, double at, int fd) {
    call(process, thread, SYS_sendto, at, at + 0.1, 1000, static_cast<unsigned>(fd));
  }
  void close(pid_t process, pid_t thread, double at, int fd) {
    call(process, thread, SYS_close, at, at + 0.1, 0, static_cast<unsigned>(fd));
  }
  void wait(pid_t process, pid_t thread, double began, double ended) {
    call(process, thread, SYS_epoll_pwait2, began, ended, 1);
  }
  // Of a request between processes.
  void futex(pid_t process, pid_t thread, int operation, double began, double ended) {
    call(process, thread, SYS_futex, began, ended).arguments[1] = static_cast<std::uint64_t>(
        operation);
  }

  Story story() const { return tell_story(recording, frame); }

  static TimePoint moment(double milliseconds) {
    return scene_began() + std::chrono::duration_cast<Duration>(Milliseconds(milliseconds));
  }
  static TimePoint scene_began() { return TimePoint(std::chrono::hours(1)); }

  Recording recording{};
  StoryFrame frame{.began = scene_began(), .ended = scene_began() + std::chrono::seconds(1)};
};

}  // namespace coachwhip::lab
