#include "worker/python/wsgi/file_wrapper.hpp"

#include <sys/stat.h>

namespace coachwhip::python::wsgi {
namespace {

struct FileWrapper {
  PyObject_HEAD PyObject* file;
  Py_ssize_t block_size;
};

PyObject* create(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  PyObject* file = nullptr;
  Py_ssize_t block_size = 8192;
  char file_name[] = "filelike";
  char size_name[] = "blksize";
  char* names[] = {file_name, size_name, nullptr};
  if (PyArg_ParseTupleAndKeywords(args, keywords, "O|n", names, &file, &block_size) == 0) {
    return nullptr;
  }
  PyObject* const made = type->tp_alloc(type, 0);
  if (made == nullptr) return nullptr;
  Py_INCREF(file);
  as<FileWrapper>(made)->file = file;
  as<FileWrapper>(made)->block_size = block_size;
  return made;
}

PyObject* next(PyObject* object) {
  FileWrapper* const self = as<FileWrapper>(object);
  Ref block = Ref::steal(PyObject_CallMethod(self->file, "read", "n", self->block_size));
  if (!block) return nullptr;
  const int has_content = PyObject_IsTrue(block.get());
  return has_content == 1 ? block.release() : nullptr;  // no exception: the end
}

PyObject* close(PyObject* object, PyObject*) {
  const Ref method = Ref::steal(PyObject_GetAttrString(as<FileWrapper>(object)->file, "close"));
  if (method) return PyObject_CallNoArgs(method.get());
  if (PyErr_ExceptionMatches(PyExc_AttributeError) == 0) return nullptr;
  PyErr_Clear();
  Py_RETURN_NONE;
}

int traverse(PyObject* object, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(as<FileWrapper>(object)->file);
  return 0;
}

int clear(PyObject* object) {
  Py_CLEAR(as<FileWrapper>(object)->file);
  return 0;
}

void destroy(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  clear(object);
  type->tp_free(object);
  Py_DECREF(type);
}

// A number that a method without arguments returns; nullopt, without an exception, if it does not.
std::optional<long long> ask(PyObject* object, const Ref& method) {
  const Ref number = Ref::steal(PyObject_CallMethodObjArgs(object, method.get(), nullptr));
  const long long value = number ? PyLong_AsLongLong(number.get()) : -1;
  if (value >= 0 && PyErr_Occurred() == nullptr) return value;
  PyErr_Clear();
  return std::nullopt;
}

bool is_plain_file(const Site& site, PyObject* file) {
  const PyTypeObject* const file_io = Types::type(site.types().file_io);
  if (Py_TYPE(file) == file_io) return true;
  if (Py_TYPE(file) != Types::type(site.types().buffered_reader)) return false;
  const Ref raw = Ref::steal(PyObject_GetAttr(file, site.names().raw.get()));
  if (!raw) PyErr_Clear();
  return raw && Py_TYPE(raw.get()) == file_io;
}

}  // namespace

Ref make_file_wrapper_type(Gil) {
  static PyMethodDef methods[] = {
      {"close", as_method(close), METH_NOARGS, "Closes the file, if it can be closed."},
      {nullptr, nullptr, 0, nullptr},
  };
  PyType_Slot slots[] = {
      {Py_tp_new, as_slot(create)},
      {Py_tp_dealloc, as_slot(destroy)},
      {Py_tp_traverse, as_slot(traverse)},
      {Py_tp_clear, as_slot(clear)},
      {Py_tp_iter, as_slot(PyObject_SelfIter)},
      {Py_tp_iternext, as_slot(next)},
      {Py_tp_methods, methods},
      {0, nullptr},
  };
  PyType_Spec spec{"coachwhip._worker.FileWrapper", sizeof(FileWrapper), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
  return Ref::steal(PyType_FromSpec(&spec));
}

std::optional<FilePart> find_file_part(Gil, const Site& site, PyObject* wrapper) {
  PyObject* const file = as<FileWrapper>(wrapper)->file;
  if (!is_plain_file(site, file)) return std::nullopt;
  const auto fd = ask(file, site.names().fileno);
  const auto position = ask(file, site.names().tell);
  struct stat status{};
  if (!fd || !position || ::fstat(static_cast<int>(*fd), &status) != 0) return std::nullopt;
  if (!S_ISREG(status.st_mode) || *position > status.st_size) return std::nullopt;
  return FilePart{static_cast<int>(*fd), static_cast<std::uint64_t>(*position),
                  static_cast<std::uint64_t>(status.st_size - *position)};
}

}  // namespace coachwhip::python::wsgi
