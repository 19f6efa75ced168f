// epoll-et: as epoll-lt, but the kernel tells of changes only: once when something arrives.
//
// Teaches: a descriptor is registered once and never touched again; between two answers of a
// connection there is no system call but its read and its write. In return the program must read
// until it would block, and remember who still has something: whoever forgets one waits for ever.
// Breaks: at one core.
// Known from: nginx, Go's runtime, tokio.
#include "models/models.hpp"

namespace coachwhip::models {

const Model epoll_et{
    .name = "epoll-et",
    .summary = "one loop; the kernel tells once when something arrives",
    .breaks = "at one core",
    .known_from = "nginx, Go's runtime, tokio",
    .make_poller = loop::make_epoll_poller,
};

}  // namespace coachwhip::models
