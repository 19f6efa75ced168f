#include "worker/python/wsgi/site.hpp"

#include "base/log.hpp"
#include "worker/python/wsgi/callable.hpp"
#include "worker/python/wsgi/error_stream.hpp"
#include "worker/python/wsgi/file_wrapper.hpp"
#include "worker/python/wsgi/input.hpp"

namespace coachwhip::python::wsgi {

bool Types::make(Gil gil) {
  const Ref io = Ref::steal(PyImport_ImportModule("io"));
  if (!io) return false;
  callable = make_callable_type(gil);
  input = make_input_type(gil);
  error_stream = make_error_stream_type(gil);
  file_wrapper = make_file_wrapper_type(gil);
  file_io = Ref::steal(PyObject_GetAttrString(io.get(), "FileIO"));
  buffered_reader = Ref::steal(PyObject_GetAttrString(io.get(), "BufferedReader"));
  return callable && input && error_stream && file_wrapper && file_io && buffered_reader;
}

void Site::complain_once(Gil, Complaint complaint, std::string_view text) {
  bool& complained = complained_[static_cast<unsigned>(complaint)];
  if (std::exchange(complained, true)) return;
  log::warning(settings_.name + ": " + std::string(text));
}

}  // namespace coachwhip::python::wsgi
