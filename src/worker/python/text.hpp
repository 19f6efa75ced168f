// Text between bytes and Python strings, by the latin-1 rule of PEP 3333: a character is an octet.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "worker/python/ref.hpp"

namespace coachwhip::python {

// Empty, with MemoryError set, if there is no memory.
inline Ref make_text(Gil, Bytes octets) {
  return Ref::steal(PyUnicode_DecodeLatin1(octets.data(), to_ssize(octets.size()), nullptr));
}

#pragma GCC diagnostic push
// Before 3.12 the interpreter's access to a string's data is macros with C casts.
#pragma GCC diagnostic ignored "-Wold-style-cast"

// The octets of a string; nullopt if it holds a character above U+00FF. Valid as long as the
// string.
inline std::optional<Bytes> octets_of(Gil, PyObject* text) {
#if PY_VERSION_HEX < 0x030C0000
  if (PyUnicode_READY(text) != 0) {
    PyErr_Clear();
    return std::nullopt;
  }
#endif
  if (PyUnicode_KIND(text) != PyUnicode_1BYTE_KIND) return std::nullopt;
  return Bytes(reinterpret_cast<const char*>(PyUnicode_1BYTE_DATA(text)),
               to_size(PyUnicode_GET_LENGTH(text)));
}

#pragma GCC diagnostic pop

inline Bytes view_of(Gil, PyObject* bytes) {
  return {PyBytes_AS_STRING(bytes), to_size(PyBytes_GET_SIZE(bytes))};
}

}  // namespace coachwhip::python
