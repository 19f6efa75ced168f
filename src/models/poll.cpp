// poll: one loop hands the kernel the list of all its descriptors and waits until one is ready.
//
// Teaches: one thread can wait for many at once. The list is an argument of every call, so the
// kernel copies and walks all of it for each wait, and so does the program afterwards.
// Breaks: the cost of a wait grows with the number of connections, also of those that are idle: at
// 10,000 idle ones the server is busy with asking.
// Known from: servers of the nineties (thttpd); today the fallback of libevent and of waitress.
#include <algorithm>
#include <cerrno>
#include <poll.h>

#include "base/assert.hpp"
#include "models/level_poller.hpp"
#include "models/models.hpp"

namespace coachwhip::models {
namespace {

class PollPoller final : public LevelPoller {
 public:
  void wait(Duration limit) override {
    const timespec time = loop::to_timespec(limit);
    int left = ::ppoll(asked_.data(), asked_.size(), limit == forever ? nullptr : &time, nullptr);
    COACHWHIP_ASSERT(left >= 0 || errno == EINTR);
    for (std::size_t i = 0; left > 0; ++i) {
      if (asked_[i].revents == 0) continue;
      --left;
      found(asked_[i].fd, readiness_of(asked_[i].revents));
    }
  }

 private:
  Result<void> begin_watching(int fd) override {
    const auto index = static_cast<std::size_t>(fd);
    if (places_.size() <= index) places_.resize(index + 1);
    places_[index] = asked_.size();
    asked_.push_back({fd, 0, 0});
    fds_.push_back(fd);
    update(fd);
    return {};
  }

  // Of whom nothing is wanted is left out: the kernel would still tell that it hung up.
  void update(int fd) override {
    const Entry& entry = entries()[static_cast<std::size_t>(fd)];
    pollfd& asked = asked_[places_[static_cast<std::size_t>(fd)]];
    asked.fd = entry.wants_read || entry.wants_write ? fd : -1;
    asked.events = poll_events(entry);
  }

  // The last one takes the place.
  void end_watching(int fd) override {
    const std::size_t place = places_[static_cast<std::size_t>(fd)];
    asked_[place] = asked_.back();
    fds_[place] = fds_.back();
    places_[static_cast<std::size_t>(fds_[place])] = place;
    asked_.pop_back();
    fds_.pop_back();
  }

  std::vector<pollfd> asked_;
  std::vector<int> fds_;             // whose places these are
  std::vector<std::size_t> places_;  // by descriptor
};

}  // namespace

const Model poll{
    .name = "poll",
    .summary = "one loop; every wait hands the kernel the whole list of connections",
    .breaks = "the cost of a wait grows with the number of connections, idle ones too",
    .known_from = "thttpd; waitress",
    .make_poller = []() -> Result<std::unique_ptr<loop::Poller>> {
      return std::make_unique<PollPoller>();
    },
};

}  // namespace coachwhip::models
