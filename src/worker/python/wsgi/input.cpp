#include "worker/python/wsgi/input.hpp"

#include <algorithm>
#include <optional>

#include "worker/python/byte_builder.hpp"
#include "worker/python/type.hpp"

namespace coachwhip::python::wsgi {
namespace {

using exchange::Job;

constexpr std::size_t everything = ~std::size_t{0};
// What is allocated before bytes are there: a size in a request is only a promise.
constexpr std::size_t allocated_at_once_max = 1024 * 1024;

struct Input {
  PyObject_HEAD Job* job;  // null: nothing to read
  bool is_over;            // the request has ended
  bool is_read;            // by a thread that waits for bytes
};

enum class Until { size, newline };

// Waits, without the lock, until the body moves. nullopt: it has ended. Empty, with an exception
// set, if it will never be complete or the request is over.
std::optional<Bytes> wait_for_bytes(Gil gil, Input* self) {
  for (;;) {
    Job& job = *self->job;
    if (const Bytes ready = job.body(); !ready.empty()) return ready;
    if (job.body_ended()) return std::nullopt;
    if (job.body_broken() || job.cancelled()) {
      PyErr_SetString(PyExc_ConnectionResetError,
                      "the client left before its request was complete");
      return Bytes();
    }
    self->is_read = true;
    {
      const WithoutGil others_run(gil);
      job.wait_for_body();
    }
    self->is_read = false;
    if (self->is_over) {
      PyErr_SetString(PyExc_ValueError, "the request is over, nothing of wsgi.input will come");
      return Bytes();
    }
  }
}

bool check_readable(Input* self) {
  if (self->is_over) {
    PyErr_SetString(PyExc_ValueError, "wsgi.input was read after its request");
    return false;
  }
  if (self->is_read) {
    PyErr_SetString(PyExc_RuntimeError, "wsgi.input is being read by another thread");
    return false;
  }
  if (self->job != nullptr && self->job->is_disowned()) {
    PyErr_SetString(PyExc_RuntimeError, "wsgi.input belongs to the process that forked this one");
    return false;
  }
  return true;
}

// How much of `ready` belongs to a read that has room for `size` bytes; `is_done` if it ends there.
std::size_t measure(Bytes ready, std::size_t size, Until until, bool& is_done) {
  const Bytes part = ready.substr(0, size);
  const std::size_t newline = until == Until::newline ? part.find('\n') : Bytes::npos;
  is_done = newline != Bytes::npos || part.size() == size;
  return newline != Bytes::npos ? newline + 1 : part.size();
}

// The one way of reading: `size` bytes, or up to a newline, or the rest.
PyObject* read_bytes(Gil gil, Input* self, std::size_t size, Until until) {
  if (!check_readable(self)) return nullptr;
  if (self->job == nullptr || size == 0) return PyBytes_FromStringAndSize(nullptr, 0);
  std::optional<ByteBuilder> builder;
  for (;;) {
    const std::optional<Bytes> ready = wait_for_bytes(gil, self);
    if (ready && ready->empty()) return nullptr;
    if (!ready) return builder ? builder->take(gil) : PyBytes_FromStringAndSize(nullptr, 0);
    bool is_done = false;
    const std::size_t have = builder ? builder->size() : 0;
    const std::size_t taken = measure(*ready, size - have, until, is_done);
    if (!builder && is_done) {
      PyObject* const whole = PyBytes_FromStringAndSize(ready->data(), to_ssize(taken));
      if (whole != nullptr) self->job->consume_body(taken);
      return whole;
    }
    if (!builder) {
      const bool is_sized = until == Until::size && size != everything;
      builder.emplace(gil, is_sized ? std::min(size, allocated_at_once_max) : taken);
    }
    if (!builder->append(gil, ready->substr(0, taken))) return nullptr;
    self->job->consume_body(taken);
    if (is_done) return builder->take(gil);
  }
}

// None and negative numbers mean everything. False, with an exception set, for other types.
bool parse_size(PyObject* const* args, Py_ssize_t count, std::size_t& size) {
  size = everything;
  if (count > 1) {
    PyErr_SetString(PyExc_TypeError, "at most one argument is expected, a number of bytes");
    return false;
  }
  if (count == 0 || args[0] == Py_None) return true;
  const Py_ssize_t given = PyNumber_AsSsize_t(args[0], PyExc_OverflowError);
  if (given == -1 && PyErr_Occurred() != nullptr) return false;
  if (given >= 0) size = to_size(given);
  return true;
}

PyObject* read(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  std::size_t size = 0;
  if (!parse_size(args, count, size)) return nullptr;
  return read_bytes(Gil::of_caller(), as<Input>(self), size, Until::size);
}

PyObject* readline(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  std::size_t size = 0;
  if (!parse_size(args, count, size)) return nullptr;
  return read_bytes(Gil::of_caller(), as<Input>(self), size, Until::newline);
}

// With a hint: lines until they have that many bytes.
PyObject* readlines(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  std::size_t hint = 0;
  if (!parse_size(args, count, hint)) return nullptr;
  if (hint == 0) hint = everything;
  Ref lines = Ref::steal(PyList_New(0));
  if (!lines) return nullptr;
  for (std::size_t total = 0; total < hint;) {
    const Ref line = Ref::steal(
        read_bytes(Gil::of_caller(), as<Input>(self), everything, Until::newline));
    if (!line) return nullptr;
    if (PyBytes_GET_SIZE(line.get()) == 0) break;
    if (PyList_Append(lines.get(), line.get()) != 0) return nullptr;
    total += to_size(PyBytes_GET_SIZE(line.get()));
  }
  return lines.release();
}

PyObject* next(PyObject* self) {
  Ref line = Ref::steal(read_bytes(Gil::of_caller(), as<Input>(self), everything, Until::newline));
  if (!line || PyBytes_GET_SIZE(line.get()) == 0) return nullptr;  // no exception: the end
  return line.release();
}

PyObject* close(PyObject*, PyObject*) { Py_RETURN_NONE; }

void destroy(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  type->tp_free(object);
  Py_DECREF(type);
}

}  // namespace

Ref make_input_type(Gil gil) {
  static PyMethodDef methods[] = {
      {"read", as_method(read), METH_FASTCALL, "read(size=-1): that many bytes, fewer at the end"},
      {"readline", as_method(readline), METH_FASTCALL, "readline(size=-1): up to a newline"},
      {"readlines", as_method(readlines), METH_FASTCALL, "readlines(hint=-1): a list of lines"},
      {"close", as_method(close), METH_NOARGS, "Does nothing: the server owns the body."},
      {nullptr, nullptr, 0, nullptr},
  };
  PyType_Slot slots[] = {
      {Py_tp_dealloc, as_slot(destroy)},
      {Py_tp_iter, as_slot(PyObject_SelfIter)},
      {Py_tp_iternext, as_slot(next)},
      {Py_tp_methods, methods},
      {0, nullptr},
  };
  return make_closed_type(gil,
                          {"coachwhip._worker.Input", sizeof(Input), 0, Py_TPFLAGS_DEFAULT, slots});
}

Ref make_input(Gil, PyTypeObject* type, Job* job) {
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (made) as<Input>(made.get())->job = job;
  return made;
}

void close_input(Gil gil, PyObject* object) {
  Input* const input = as<Input>(object);
  input->is_over = true;
  if (input->is_read) input->job->abandon_body();
  while (input->is_read) let_others_run(gil);
  input->job = nullptr;
}

}  // namespace coachwhip::python::wsgi
