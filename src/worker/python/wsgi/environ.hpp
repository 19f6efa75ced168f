// EnvironMaker: the dictionary that describes a request to a WSGI application (PEP 3333).
#pragma once

#include <array>
#include <cstdint>

#include "exchange/record.hpp"
#include "http/method.hpp"
#include "worker/python/wsgi/environ_cache.hpp"
#include "worker/python/wsgi/header_keys.hpp"
#include "worker/python/wsgi/site.hpp"

namespace coachwhip::python::wsgi {

// For one thread. An environ costs a copy of a dictionary if the same header fields came before.
class EnvironMaker {
 public:
  EnvironMaker(Gil gil, const Site& site) : site_(site), header_keys_(gil) {}
  // What is the same in every environ. `empty_input` is that of requests without a body. False,
  // with a Python exception set, if there is no memory.
  bool make_base(Gil gil, PyObject* errors, PyObject* empty_input);

  // A dictionary of its own. `input` is null for a request without a body. Empty, with a Python
  // exception set, if there is no memory.
  Ref make(Gil gil, const exchange::RequestView& request, PyObject* input, PyObject* early_hints);

 private:
  Ref make_own(Gil gil, const exchange::RequestView& request);
  bool fill_template(Gil gil, Template& into, const exchange::RequestView& request);
  bool add_fields(Gil gil, PyObject* environ, const exchange::RequestView& request);
  bool add_field(Gil gil, PyObject* environ, const http::Field& field, bool is_chunked);
  bool add_server(Gil gil, PyObject* environ, const exchange::RequestView& request);
  bool set_variables(Gil gil, Template& into, const exchange::RequestView& request);
  bool set(Gil gil, Template& into, Variable which, Bytes text);
  bool set_object(Gil gil, Template& into, Variable which, PyObject* value);
  PyObject* find_port(Gil gil, std::uint16_t port);

  struct PortText {
    std::uint16_t port = 0;
    Ref text;
  };

  const Site& site_;
  Ref base_;
  HeaderKeys header_keys_;
  EnvironCache cache_;
  std::array<PortText, 256> ports_;
};

}  // namespace coachwhip::python::wsgi
