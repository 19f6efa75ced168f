// ResponseHead: status and header fields as an application stated them, checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "exchange/record.hpp"
#include "http/status.hpp"
#include "worker/python/wsgi/site.hpp"

namespace coachwhip::python::wsgi {

// Used for one request after another, so that its memory is.
class ResponseHead {
 public:
  void clear();

  // The arguments of start_response. False, with a Python exception set that names what is wrong;
  // the head is then of no use.
  bool parse(Gil gil, Site& site, PyObject* status, PyObject* headers);
  // The argument of wsgi.early_hints, in the same way.
  bool parse_hints(Gil gil, Site& site, PyObject* headers);
  // A page of plain text instead of what the application said.
  void set_plain_text(http::Status status, std::uint64_t length);

  http::Status status() const { return status_; }
  const std::optional<std::uint64_t>& content_length() const { return content_length_; }
  Bytes block() const { return block_; }
  void set_content_length(std::uint64_t length) { content_length_ = length; }

  // Of kind `bytes`. Valid until the next change.
  exchange::ReplyHead reply() const;

 private:
  bool parse_status(Gil gil, PyObject* status);
  bool parse_fields(Gil gil, Site& site, PyObject* headers, Bytes what);
  bool add_field(Gil gil, Site& site, PyObject* field);
  bool add_known_field(Gil gil, Site& site, http::HeaderId id, Bytes name, Bytes value);
  bool set_declared_length(Gil gil, Bytes value);
  void append(Bytes name, Bytes value);

  http::Status status_ = http::status::ok;
  std::optional<std::uint64_t> content_length_;
  std::string reason_;
  std::string block_;
};

}  // namespace coachwhip::python::wsgi
