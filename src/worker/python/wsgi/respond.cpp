#include "worker/python/wsgi/respond.hpp"

#include "worker/python/text.hpp"

namespace coachwhip::python::wsgi {
namespace {

class Responder {
 public:
  Responder(Gil gil, Site& site, Answer& answer) : gil_(gil), site_(site), answer_(answer) {}

  // False: an exception is set.
  bool send(PyObject* result) {
    if (PyBytes_Check(result) || PyUnicode_Check(result)) return send_whole(result);
    if (PyTuple_CheckExact(result)) return send_tuple(result);
    if (PyList_CheckExact(result)) {
      // The application may change its list while the lock is given up.
      const Ref pieces = Ref::steal(PyList_AsTuple(result));
      return pieces && send_tuple(pieces.get());
    }
    if (Py_TYPE(result) == Types::type(site_.types().file_wrapper)) {
      const auto part = find_file_part(gil_, site_, result);
      const Sent sent = part ? answer_.send_file(gil_, *part) : Sent::more;
      if (sent != Sent::more) return sent == Sent::enough;
    }
    return send_iterable(result);
  }

 private:
  // Iterating over it would give single characters or numbers.
  bool send_whole(PyObject* result) {
    if (site_.settings().strict) {
      PyErr_Format(PyExc_TypeError, "the application must return an iterable of bytes, not %.100s",
                   Py_TYPE(result)->tp_name);
      return false;
    }
    site_.complain_once(gil_, Complaint::native_string,
                        std::string("the application returned ") + Py_TYPE(result)->tp_name +
                            " where WSGI wants an iterable of bytes; it is sent as one piece");
    const auto piece = view(result);
    if (!piece) return false;
    answer_.suggest_length(piece->size());
    return answer_.send(gil_, *piece) != Sent::raised && answer_.end(gil_);
  }

  bool send_tuple(PyObject* pieces) {
    std::uint64_t total = 0;
    const Py_ssize_t count = PyTuple_GET_SIZE(pieces);
    for (Py_ssize_t i = 0; i < count; ++i) {
      const auto piece = view(PyTuple_GET_ITEM(pieces, i));
      if (!piece) return false;
      total += piece->size();
    }
    answer_.suggest_length(total);
    for (Py_ssize_t i = 0; i < count; ++i) {
      const auto piece = view(PyTuple_GET_ITEM(pieces, i));
      const Sent sent = piece ? answer_.send(gil_, *piece) : Sent::raised;
      if (sent == Sent::raised) return false;
      if (sent == Sent::enough) return true;
    }
    return answer_.end(gil_);
  }

  bool send_iterable(PyObject* result) {
    const Ref iterator = Ref::steal(PyObject_GetIter(result));
    if (!iterator) return false;
    while (const Ref item = Ref::steal(PyIter_Next(iterator.get()))) {
      const auto piece = view(item.get());
      const Sent sent = piece ? answer_.send(gil_, *piece) : Sent::raised;
      if (sent == Sent::raised) return false;
      if (sent == Sent::enough) return true;
    }
    return PyErr_Occurred() == nullptr && answer_.end(gil_);
  }

  // The bytes of a piece, valid as long as it is; nullopt with an exception set.
  std::optional<Bytes> view(PyObject* piece) {
    if (PyBytes_Check(piece)) return view_of(gil_, piece);
    if (!PyUnicode_Check(piece) || site_.settings().strict) {
      PyErr_Format(PyExc_TypeError, "the application's answer must be made of bytes, not %.100s",
                   Py_TYPE(piece)->tp_name);
      return std::nullopt;
    }
    site_.complain_once(gil_, Complaint::native_string,
                        "the application's answer is made of str where WSGI wants bytes; it is "
                        "sent as UTF-8");
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_AsUTF8AndSize(piece, &size);
    if (text == nullptr) return std::nullopt;
    return Bytes(text, to_size(size));
  }

  Gil gil_;
  Site& site_;
  Answer& answer_;
};

// False: an exception is set.
bool close_result(Gil, const Site& site, PyObject* result) {
  if (PyList_CheckExact(result) || PyTuple_CheckExact(result) || PyBytes_CheckExact(result)) {
    return true;
  }
  const Ref method = Ref::steal(PyObject_GetAttr(result, site.names().close.get()));
  if (method) return static_cast<bool>(Ref::steal(PyObject_CallNoArgs(method.get())));
  if (PyErr_ExceptionMatches(PyExc_AttributeError) == 0) return false;
  PyErr_Clear();
  return true;
}

}  // namespace

void respond(Gil gil, Site& site, PyObject* result, Answer& answer) {
  if (!Responder(gil, site, answer).send(result)) answer.fail(gil);
  if (!close_result(gil, site, result)) answer.fail(gil);
}

}  // namespace coachwhip::python::wsgi
