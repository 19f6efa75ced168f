#include "worker/python/raised.hpp"

#include "worker/python/ref.hpp"

namespace coachwhip::python {
namespace {

// What traceback.format_exception() makes of it, as UTF-8 bytes.
Ref format(PyObject* type, PyObject* value, PyObject* trace) {
  const Ref module = Ref::steal(PyImport_ImportModule("traceback"));
  if (!module) return {};
  const Ref lines = Ref::steal(PyObject_CallMethod(module.get(), "format_exception", "OOO", type,
                                                   value, trace != nullptr ? trace : Py_None));
  if (!lines) return {};
  const Ref nothing = Ref::steal(PyUnicode_FromString(""));
  if (!nothing) return {};
  const Ref text = Ref::steal(PyUnicode_Join(nothing.get(), lines.get()));
  if (!text) return {};
  return Ref::steal(PyUnicode_AsEncodedString(text.get(), "utf-8", "backslashreplace"));
}

}  // namespace

std::string take_traceback(Gil) {
  PyObject* raw_type = nullptr;
  PyObject* raw_value = nullptr;
  PyObject* raw_trace = nullptr;
  PyErr_Fetch(&raw_type, &raw_value, &raw_trace);
  if (raw_type == nullptr) return "no exception was set";
  PyErr_NormalizeException(&raw_type, &raw_value, &raw_trace);
  const Ref type = Ref::steal(raw_type);
  const Ref value = Ref::steal(raw_value);
  const Ref trace = Ref::steal(raw_trace);
  const Ref bytes = format(type.get(), value.get(), trace.get());
  if (!bytes) {
    PyErr_Clear();
    return std::string(as<PyTypeObject>(type.get())->tp_name) +
           " (its traceback cannot be printed)";
  }
  std::string text(PyBytes_AS_STRING(bytes.get()), to_size(PyBytes_GET_SIZE(bytes.get())));
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace coachwhip::python
