#include "worker/python/wsgi/application.hpp"

#include "worker/python/wsgi/error_stream.hpp"
#include "worker/python/wsgi/input.hpp"
#include "worker/python/wsgi/respond.hpp"

namespace coachwhip::python::wsgi {

using exchange::Job;
using exchange::RequestView;

Application::Application(Gil gil, Site& site)
    : site_(site),
      environs_(gil, site),
      callables_(Types::type(site.types().callable), site.names()) {}

bool Application::make(Gil gil) {
  errors_ = make_error_stream(gil, Types::type(site_.types().error_stream));
  empty_input_ = make_input(gil, Types::type(site_.types().input), nullptr);
  return errors_ && empty_input_ && environs_.make_base(gil, errors_.get(), empty_input_.get());
}

void Application::serve(Gil gil, Job& job) {
  const RequestView request = job.request();
  const bool has_body = !job.body_ended();
  const Ref input = has_body ? make_input(gil, Types::type(site_.types().input), &job) : Ref();
  Answer answer(job, request, input.get(), site_, memory_);
  const bool is_ready = input || !has_body;
  const Ref result = is_ready ? call(gil, request, input.get(), answer) : Ref();
  if (result) {
    respond(gil, site_, result.get(), answer);
  } else {
    answer.fail(gil);
  }
  callables_.end(gil);
  flush_error_stream(gil, errors_.get());
}

// The environ lives no longer than the application keeps it.
Ref Application::call(Gil gil, const RequestView& request, PyObject* input, Answer& answer) {
  if (!callables_.begin(gil, answer)) return {};
  const Ref environ = environs_.make(gil, request, input, callables_.early_hints());
  if (!environ) return {};
  // The first place is the callee's to use, so that it need not copy the arguments for a method.
  PyObject* arguments[] = {nullptr, environ.get(), callables_.start_response()};
  return Ref::steal(PyObject_Vectorcall(site_.application(), arguments + 1,
                                        2 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
}

}  // namespace coachwhip::python::wsgi
