// Names: the interned strings that every request needs.
#pragma once

#include "worker/python/ref.hpp"

namespace coachwhip::python::wsgi {

struct Names {
#define COACHWHIP_NAME(member, text) Ref member;
#include "worker/python/wsgi/tables/names.def"
#undef COACHWHIP_NAME

  // False, with a Python exception set, if there is no memory.
  bool make(Gil gil);
};

}  // namespace coachwhip::python::wsgi
