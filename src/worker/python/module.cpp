// The extension module coachwhip._worker: what the worker's Python code uses of the server.
#include <sys/prctl.h>

#include "base/log.hpp"
#include "worker/python/worker_object.hpp"

namespace coachwhip::python {
namespace {

bool parse_level(const char* name, log::Level& level) {
  const auto parsed = log::parse_level(name);
  if (!parsed) {
    PyErr_SetString(PyExc_ValueError, parsed.error().message.c_str());
    return false;
  }
  level = *parsed;
  return true;
}

PyObject* set_log_level(PyObject*, PyObject* args) {
  const char* name = nullptr;
  log::Level level{};
  if (PyArg_ParseTuple(args, "s", &name) == 0 || !parse_level(name, level)) return nullptr;
  log::set_level(level);
  Py_RETURN_NONE;
}

PyObject* write_log(PyObject*, PyObject* args) {
  const char* name = nullptr;
  PyObject* text = nullptr;
  log::Level level{};
  if (PyArg_ParseTuple(args, "sU", &name, &text) == 0 || !parse_level(name, level)) return nullptr;
  const Ref bytes = Ref::steal(PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace"));
  if (!bytes) return nullptr;
  {
    const WithoutGil others_run(Gil::of_caller());
    log::write(level, PyBytes_AS_STRING(bytes.get()));
  }
  Py_RETURN_NONE;
}

// What `ps -o comm` and `top` show; the system keeps its first 15 bytes.
PyObject* set_process_name(PyObject*, PyObject* args) {
  const char* name = nullptr;
  if (PyArg_ParseTuple(args, "s", &name) == 0) return nullptr;
  ::prctl(PR_SET_NAME, name);
  Py_RETURN_NONE;
}

int fill_module(PyObject* module) {
  Ref worker = make_worker_type(Gil::of_caller());
  // Takes over the reference if it succeeds.
  if (!worker || PyModule_AddObject(module, "Worker", worker.get()) != 0) return -1;
  worker.release();
  return PyModule_AddStringConstant(module, "__version__", COACHWHIP_VERSION);
}

PyMethodDef methods[] = {
    {"set_log_level", as_method(set_log_level), METH_VARARGS, "set_log_level(name)"},
    {"log", as_method(write_log), METH_VARARGS, "log(level, text): a line in the server's log"},
    {"set_process_name", as_method(set_process_name), METH_VARARGS, "set_process_name(name)"},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, as_slot(fill_module)},
    {0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    "coachwhip._worker",
    "The worker's side of the server.",
    0,
    methods,
    slots,
    nullptr,
    nullptr,
    nullptr,
};

}  // namespace
}  // namespace coachwhip::python

PyMODINIT_FUNC PyInit__worker() { return PyModuleDef_Init(&coachwhip::python::definition); }
