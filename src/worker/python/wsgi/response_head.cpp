#include "worker/python/wsgi/response_head.hpp"

#include <charconv>

#include "worker/python/text.hpp"

namespace coachwhip::python::wsgi {
namespace {

bool raise(Gil gil, PyObject* type, Bytes message) {
  const Ref text = make_text(gil, message);
  if (text) PyErr_SetObject(type, text.get());
  return false;
}

constexpr std::uint64_t length_max = ~std::uint64_t{0} >> 1;

// What is the server's own is left out; the rest of the answer is good.
bool drop(Gil gil, Site& site, Bytes name) {
  site.complain_once(gil, Complaint::connection_field,
                     "the response header " + std::string(name) +
                         " is dropped: the connection is the server's (PEP 3333)");
  return true;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<Bytes> find_octets(Gil gil, PyObject* text) {
  return PyUnicode_Check(text) ? octets_of(gil, text) : std::nullopt;
}

// Why find_octets() found none in what is called `what`.
bool raise_not_latin_1(Gil gil, PyObject* text, const std::string& what) {
  if (PyUnicode_Check(text)) {
    return raise(gil, PyExc_ValueError, what + " has a character that latin-1 does not have");
  }
  return raise(gil, PyExc_TypeError, what + " must be str, not " + Py_TYPE(text)->tp_name);
}

}  // namespace

void ResponseHead::clear() {
  status_ = http::status::ok;
  content_length_.reset();
  reason_.clear();
  block_.clear();
}

bool ResponseHead::parse(Gil gil, Site& site, PyObject* status, PyObject* headers) {
  clear();
  return parse_status(gil, status) && parse_fields(gil, site, headers, "the response headers");
}

bool ResponseHead::parse_hints(Gil gil, Site& site, PyObject* headers) {
  clear();
  status_ = http::status::early_hints;
  return parse_fields(gil, site, headers, "the early hints");
}

bool ResponseHead::parse_fields(Gil gil, Site& site, PyObject* headers, Bytes what) {
  if (!PyList_Check(headers)) {
    return raise(gil, PyExc_TypeError,
                 std::string(what) + " must be a list, not " + Py_TYPE(headers)->tp_name);
  }
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(headers); ++i) {
    if (!add_field(gil, site, PyList_GET_ITEM(headers, i))) return false;
  }
  return true;
}

bool ResponseHead::parse_status(Gil gil, PyObject* status) {
  const auto text = find_octets(gil, status);
  if (!text) return raise_not_latin_1(gil, status, "the response status");
  const bool has_code = text->size() >= 3 && is_digit((*text)[0]) && is_digit((*text)[1]) &&
                        is_digit((*text)[2]) && (text->size() == 3 || (*text)[3] == ' ');
  if (has_code) std::from_chars(text->data(), text->data() + 3, status_);
  if (!has_code || !http::is_final(status_) || !http::is_field_value(*text)) {
    PyErr_Format(PyExc_ValueError,
                 "the response status must be a number from 200 to 599, a space and a reason, "
                 "not %R",
                 status);
    return false;
  }
  if (text->size() > 4) reason_ = text->substr(4);
  return true;
}

bool ResponseHead::add_field(Gil gil, Site& site, PyObject* field) {
  if (!PyTuple_Check(field) || PyTuple_GET_SIZE(field) != 2) {
    PyErr_Format(PyExc_TypeError, "a response header must be a tuple of name and value, not %R",
                 field);
    return false;
  }
  PyObject* const raw_name = PyTuple_GET_ITEM(field, 0);
  PyObject* const raw_value = PyTuple_GET_ITEM(field, 1);
  const auto name = find_octets(gil, raw_name);
  if (!name) return raise_not_latin_1(gil, raw_name, "a response header's name");
  if (!http::is_token(*name)) {
    PyErr_Format(PyExc_ValueError, "%R is not a name that a response header can have", raw_name);
    return false;
  }
  const auto octets = find_octets(gil, raw_value);
  if (!octets)
    return raise_not_latin_1(gil, raw_value, "the response header " + std::string(*name));
  if (!http::is_field_value(*octets)) {
    PyErr_Format(PyExc_ValueError, "the response header %U has a control character in its value %R",
                 raw_name, raw_value);
    return false;
  }
  return add_known_field(gil, site, http::find_header_id(*name), *name, trim(*octets));
}

bool ResponseHead::add_known_field(Gil gil, Site& site, http::HeaderId id, Bytes name,
                                   Bytes value) {
  switch (id) {
    case http::HeaderId::content_length:
      return set_declared_length(gil, value);
    case http::HeaderId::connection:
      if (equal_ignoring_case(value, "close")) break;
      return drop(gil, site, name);
    case http::HeaderId::upgrade:
      // What a client has to upgrade to (RFC 9110 section 15.5.22).
      if (status_ == http::status::upgrade_required) break;
      [[fallthrough]];
    case http::HeaderId::keep_alive:
    case http::HeaderId::proxy_connection:
    case http::HeaderId::te:
    case http::HeaderId::trailer:
    case http::HeaderId::transfer_encoding:
      return drop(gil, site, name);
    default:
      break;
  }
  append(name, value);
  return true;
}

bool ResponseHead::set_declared_length(Gil gil, Bytes value) {
  std::uint64_t length = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), length);
  const bool is_number = parsed.ec == std::errc{} && parsed.ptr == value.data() + value.size();
  if (!is_number || length > length_max) {
    return raise(
        gil, PyExc_ValueError,
        "the response header Content-Length is not a number: '" + std::string(value) + "'");
  }
  if (content_length_ && *content_length_ != length) {
    return raise(gil, PyExc_ValueError, "the response has two different Content-Length headers");
  }
  content_length_ = length;
  return true;
}

void ResponseHead::set_plain_text(http::Status status, std::uint64_t length) {
  clear();
  status_ = status;
  reason_ = http::reason(status);
  content_length_ = length;
  append("Content-Type", "text/plain; charset=utf-8");
}

void ResponseHead::append(Bytes name, Bytes value) {
  block_.append(name).append(": ").append(value).append("\r\n");
}

exchange::ReplyHead ResponseHead::reply() const {
  exchange::ReplyHead head;
  head.status = status_;
  if (!http::never_has_content(status_)) head.content_length = content_length_;
  head.reason = reason_;
  head.header_block = block_;
  return head;
}

}  // namespace coachwhip::python::wsgi
