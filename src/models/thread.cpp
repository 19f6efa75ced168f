// thread: every connection has a thread of its own until it ends.
//
// Teaches: the scheduler of the system as the event loop. A thread that waits costs no time, and
// its code is as simple as that of `serial`, since it is the same; only there are many of them.
// They are started in advance, since to start one for each connection costs more than most
// connections do. Breaks: with as many connections as there are threads: a browser that keeps its
// connection open has a thread that does nothing, and the next client waits in the kernel's queue.
// Known from: Apache's worker MPM, gunicorn's gthread before it left idle connections to a
// selector, Java's servlet containers before they did.
#include "models/models.hpp"

namespace coachwhip::models {

const Model thread{
    .name = "thread",
    .summary = "a thread for each connection, until it ends",
    .breaks = "with as many connections, idle ones too, as there are threads (--front-threads)",
    .known_from = "Apache's worker MPM",
    // Of the threads that wait for a connection the kernel wakes one, not all.
    .make_poller = loop::make_epoll_poller,
    .seats = Seats::many,
    .connections_max = 1,
};

}  // namespace coachwhip::models
