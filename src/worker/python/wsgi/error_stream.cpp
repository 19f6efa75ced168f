#include "worker/python/wsgi/error_stream.hpp"

#include <new>
#include <string>

#include "base/log.hpp"
#include "worker/python/text.hpp"
#include "worker/python/type.hpp"

namespace coachwhip::python::wsgi {
namespace {

// A line that never ends is cut.
constexpr std::size_t line_bytes_max = 64 * 1024;

struct ErrorStream {
  PyObject_HEAD std::string begun;  // text after the last newline
};

// Without the lock: the log may be a pipe that is read slowly.
void log_text(Gil gil, std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  if (text.empty()) return;
  const WithoutGil others_run(gil);
  log::error(text);
}

bool append(Gil gil, ErrorStream* self, PyObject* text) {
  if (!PyUnicode_Check(text)) {
    PyErr_Format(PyExc_TypeError, "wsgi.errors takes str, not %.100s", Py_TYPE(text)->tp_name);
    return false;
  }
  const Ref bytes = Ref::steal(PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace"));
  if (!bytes) return false;
  self->begun += view_of(gil, bytes.get());
  std::size_t end = self->begun.rfind('\n') + 1;
  if (end == 0 && self->begun.size() >= line_bytes_max) end = self->begun.size();
  if (end == 0) return true;
  // What was written together stays one entry of the log, as a traceback should.
  std::string whole = self->begun.substr(0, end);
  self->begun.erase(0, end);
  log_text(gil, std::move(whole));
  return true;
}

PyObject* write(PyObject* self, PyObject* text) {
  if (!append(Gil::of_caller(), as<ErrorStream>(self), text)) return nullptr;
  return PyLong_FromSsize_t(PyUnicode_GET_LENGTH(text));
}

PyObject* writelines(PyObject* self, PyObject* lines) {
  const Ref iterator = Ref::steal(PyObject_GetIter(lines));
  if (!iterator) return nullptr;
  while (const Ref line = Ref::steal(PyIter_Next(iterator.get()))) {
    if (!append(Gil::of_caller(), as<ErrorStream>(self), line.get())) return nullptr;
  }
  if (PyErr_Occurred() != nullptr) return nullptr;
  Py_RETURN_NONE;
}

PyObject* flush(PyObject* self, PyObject*) {
  flush_error_stream(Gil::of_caller(), self);
  Py_RETURN_NONE;
}

void destroy(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  as<ErrorStream>(object)->begun.~basic_string();
  type->tp_free(object);
  Py_DECREF(type);
}

}  // namespace

Ref make_error_stream_type(Gil gil) {
  static PyMethodDef methods[] = {
      {"write", as_method(write), METH_O, "write(text): logs its complete lines"},
      {"writelines", as_method(writelines), METH_O, "writelines(texts)"},
      {"flush", as_method(flush), METH_NOARGS, "flush(): logs the line that was begun"},
      {nullptr, nullptr, 0, nullptr},
  };
  PyType_Slot slots[] = {
      {Py_tp_dealloc, as_slot(destroy)},
      {Py_tp_methods, methods},
      {0, nullptr},
  };
  return make_closed_type(
      gil, {"coachwhip._worker.ErrorStream", sizeof(ErrorStream), 0, Py_TPFLAGS_DEFAULT, slots});
}

Ref make_error_stream(Gil, PyTypeObject* type) {
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (made) new (&as<ErrorStream>(made.get())->begun) std::string();
  return made;
}

void flush_error_stream(Gil gil, PyObject* stream) {
  std::string& begun = as<ErrorStream>(stream)->begun;
  if (!begun.empty()) log_text(gil, std::exchange(begun, {}));
}

}  // namespace coachwhip::python::wsgi
