// serial: one connection is served to its end, then the next is accepted.
//
// Teaches: where every web server began, and that it is a complete one: the others wait in the
// kernel's queue, and nothing can go wrong between two requests, since there never are two.
// Breaks: with the second client. A browser that keeps its connection open holds the server until
// the time-out for idle connections, a slow one for as long as the limits allow.
// Known from: `python -m http.server` before 3.7; inetd's "wait"; the first chapter of every book.
#include "models/models.hpp"

namespace coachwhip::models {

const Model serial{
    .name = "serial",
    .summary = "one connection at a time, from its first byte to its end",
    .breaks = "with the second client: a slow or idle one holds all others up until its time-out",
    .known_from = "the first chapter of every book",
    .make_poller = poll.make_poller,
    .connections_max = 1,
};

}  // namespace coachwhip::models
