// The models, each defined in the file of its name.
#pragma once

#include "models/model.hpp"

namespace coachwhip::models {

extern const Model serial;
extern const Model fork;
extern const Model prefork;
extern const Model thread;
extern const Model pool;
extern const Model spin;
extern const Model select;
extern const Model poll;
extern const Model epoll_lt;
extern const Model epoll_et;
extern const Model uring;
extern const Model coroutine;

}  // namespace coachwhip::models
