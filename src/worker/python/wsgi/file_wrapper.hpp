// FileWrapper: wsgi.file_wrapper, an iterable over a file that the front can send by itself.
#pragma once

#include <cstdint>
#include <optional>

#include "worker/python/wsgi/site.hpp"

namespace coachwhip::python::wsgi {

Ref make_file_wrapper_type(Gil gil);

// The part of a regular file that reading would give.
struct FilePart {
  int fd = -1;  // the file object's
  std::uint64_t offset = 0;
  std::uint64_t count = 0;
};

// nullopt: it can only be read. That is every object but the plain binary files of `open(path,
// "rb")`: others may have a descriptor too, but give different bytes (gzip, decryption).
std::optional<FilePart> find_file_part(Gil gil, const Site& site, PyObject* wrapper);

}  // namespace coachwhip::python::wsgi
