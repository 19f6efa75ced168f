#include "worker/python/wsgi/names.hpp"

namespace coachwhip::python::wsgi {

bool Names::make(Gil) {
#define COACHWHIP_NAME(member, text)                     \
  member = Ref::steal(PyUnicode_InternFromString(text)); \
  if (!member) return false;
#include "worker/python/wsgi/tables/names.def"
#undef COACHWHIP_NAME
  return true;
}

}  // namespace coachwhip::python::wsgi
