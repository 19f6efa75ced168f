// ByteBuilder: a Python bytes object that is filled piece by piece.
#pragma once

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "worker/python/ref.hpp"

namespace coachwhip::python {

// Grows by doubling from `expected` bytes. After a failure everything is ignored and take() gives
// nothing.
class ByteBuilder {
 public:
  ByteBuilder(Gil, std::size_t expected)
      : bytes_(PyBytes_FromStringAndSize(nullptr, to_ssize(expected))), capacity_(expected) {}
  ~ByteBuilder() { Py_XDECREF(bytes_); }
  ByteBuilder(const ByteBuilder&) = delete;
  ByteBuilder& operator=(const ByteBuilder&) = delete;

  std::size_t size() const { return size_; }

  // False, with MemoryError set, if there is no memory.
  bool append(Gil gil, Bytes piece) {
    const std::size_t needed = size_ + piece.size();
    if (needed > capacity_ && !resize(gil, std::max(needed, 2 * capacity_))) return false;
    if (bytes_ == nullptr) return false;
    if (!piece.empty()) std::memcpy(PyBytes_AS_STRING(bytes_) + size_, piece.data(), piece.size());
    size_ = needed;
    return true;
  }

  // The new reference is the caller's; null, with MemoryError set, after a failure.
  PyObject* take(Gil gil) {
    if (size_ != capacity_) resize(gil, size_);
    return std::exchange(bytes_, nullptr);
  }

 private:
  bool resize(Gil, std::size_t capacity) {
    if (bytes_ == nullptr || _PyBytes_Resize(&bytes_, to_ssize(capacity)) != 0) return false;
    capacity_ = capacity;
    return true;
  }

  PyObject* bytes_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

}  // namespace coachwhip::python
