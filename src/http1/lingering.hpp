// Lingering: the end of a connection whose client may still be sending. Closing over input that
// nobody has read makes the kernel reset the connection, and the reset destroys what the client has
// not read yet: the last answer (RFC 9112 section 9.6).
#pragma once

#include "net/stream.hpp"
#include "task/task.hpp"

namespace coachwhip::http1 {

// Ends the output, then takes and drops what comes until the client has seen the end and leaves; at
// most for five seconds, and 64 MiB.
Task<void> linger(net::Stream& stream, loop::Loop& loop);

}  // namespace coachwhip::http1
