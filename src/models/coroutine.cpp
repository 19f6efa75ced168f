// coroutine: an edge-triggered loop for each core, and every connection a coroutine on one of them.
//
// Teaches: the best of both ends. The code of a connection reads from top to bottom, as in a thread
// of its own, but its waiting is a few hundred bytes on a loop, not a stack and a place in the
// scheduler; and the loops share nothing, so that a further core is a further server.
// Breaks: when a handler blocks, all connections of its loop stand still. So nothing that blocks
// runs there: Python lives in processes of its own. Known from: nginx (as a state machine), Go and
// Seastar (as coroutines).
#include "models/models.hpp"

namespace coachwhip::models {

const Model coroutine{
    .name = "coroutine",
    .summary = "a loop for each core, a coroutine for each connection; the default",
    .breaks = "where a handler blocks its loop, which none does here",
    .known_from = "nginx, Seastar, Go",
    .make_poller = loop::make_epoll_poller,
    .seats = Seats::per_core,
};

}  // namespace coachwhip::models
