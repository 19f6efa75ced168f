#include "worker/python/wsgi/callable.hpp"

#include "worker/python/text.hpp"
#include "worker/python/type.hpp"
#include "worker/python/wsgi/answer.hpp"

namespace coachwhip::python::wsgi {

struct Callable {
  PyObject_HEAD vectorcallfunc call;
  Answer* answer;  // null: the request is over
  const Names* names;
  PyObject* write;  // owned; of a start_response, made when first needed
};

namespace {

Answer* answer_of(Callable* self) {
  if (self->answer == nullptr) {
    PyErr_SetString(PyExc_RuntimeError,
                    "start_response, write or wsgi.early_hints was called after its request");
  }
  return self->answer;
}

// write(bytes)
PyObject* call_write(PyObject* object, PyObject* const* args, std::size_t nargsf,
                     PyObject* keywords) {
  const Gil gil = Gil::of_caller();
  if (PyVectorcall_NARGS(nargsf) != 1 || keywords != nullptr || !PyBytes_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "write() takes one argument, bytes");
    return nullptr;
  }
  Answer* const answer = answer_of(as<Callable>(object));
  if (answer == nullptr || !answer->write(gil, view_of(gil, args[0]))) return nullptr;
  Py_RETURN_NONE;
}

// Kept as long as nobody else has it: applications hardly ever look at it.
PyObject* share_write(Callable* self) {
  if (self->write != nullptr && Py_REFCNT(self->write) != 1) Py_CLEAR(self->write);
  if (self->write == nullptr) {
    self->write = Py_TYPE(self)->tp_alloc(Py_TYPE(self), 0);
    if (self->write == nullptr) return nullptr;
    as<Callable>(self->write)->call = call_write;
  }
  as<Callable>(self->write)->answer = self->answer;
  Py_INCREF(self->write);
  return self->write;
}

// start_response(status, headers, exc_info=None)
PyObject* call_start_response(PyObject* object, PyObject* const* args, std::size_t nargsf,
                              PyObject* keywords) {
  Callable* const self = as<Callable>(object);
  const Py_ssize_t count = PyVectorcall_NARGS(nargsf);
  const Py_ssize_t named = keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords);
  const bool fits = count >= 2 && count + named <= 3 &&
                    (named == 0 || PyUnicode_Compare(PyTuple_GET_ITEM(keywords, 0),
                                                     self->names->exc_info.get()) == 0);
  if (!fits) {
    PyErr_SetString(PyExc_TypeError, "call it as start_response(status, headers, exc_info=None)");
    return nullptr;
  }
  Answer* const answer = answer_of(self);
  PyObject* const exc_info = count + named == 3 ? args[2] : Py_None;
  if (answer == nullptr || !answer->start(Gil::of_caller(), args[0], args[1], exc_info)) {
    return nullptr;
  }
  return share_write(self);
}

// early_hints(headers)
PyObject* call_early_hints(PyObject* object, PyObject* const* args, std::size_t nargsf,
                           PyObject* keywords) {
  if (PyVectorcall_NARGS(nargsf) != 1 || keywords != nullptr) {
    PyErr_SetString(PyExc_TypeError,
                    "wsgi.early_hints takes one argument, a list of tuples of name and value");
    return nullptr;
  }
  Answer* const answer = answer_of(as<Callable>(object));
  if (answer == nullptr || !answer->hint(Gil::of_caller(), args[0])) return nullptr;
  Py_RETURN_NONE;
}

void destroy(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  Py_CLEAR(as<Callable>(object)->write);
  type->tp_free(object);
  Py_DECREF(type);
}

}  // namespace

Ref make_callable_type(Gil gil) {
  static PyMemberDef members[] = {
      {"__vectorcalloffset__", T_PYSSIZET, offsetof(Callable, call), READONLY, nullptr},
      {nullptr, 0, 0, 0, nullptr},
  };
  PyType_Slot slots[] = {
      {Py_tp_dealloc, as_slot(destroy)},
      {Py_tp_call, as_slot(PyVectorcall_Call)},
      {Py_tp_members, members},
      {0, nullptr},
  };
  return make_closed_type(gil, {"coachwhip._worker.Callable", sizeof(Callable), 0,
                                Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL, slots});
}

bool Callables::begin(Gil, Answer& answer) {
  const auto prepare = [&](Ref& callable, vectorcallfunc call) {
    if (!callable) {
      callable = Ref::steal(type_->tp_alloc(type_, 0));
      if (!callable) return false;
      as<Callable>(callable.get())->call = call;
      as<Callable>(callable.get())->names = &names_;
    }
    as<Callable>(callable.get())->answer = &answer;
    return true;
  };
  return prepare(start_response_, call_start_response) && prepare(early_hints_, call_early_hints);
}

void Callables::end(Gil) {
  for (Ref* const callable : {&start_response_, &early_hints_}) {
    if (!*callable) continue;
    Callable* const used = as<Callable>(callable->get());
    used->answer = nullptr;
    if (used->write != nullptr) as<Callable>(used->write)->answer = nullptr;
    if (Py_REFCNT(callable->get()) != 1) *callable = Ref();
  }
}

}  // namespace coachwhip::python::wsgi
