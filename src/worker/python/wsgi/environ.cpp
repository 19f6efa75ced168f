#include "worker/python/wsgi/environ.hpp"

#include <algorithm>
#include <charconv>

#include "worker/python/text.hpp"

namespace coachwhip::python::wsgi {
namespace {

using exchange::RequestView;

bool put(PyObject* dict, const Ref& key, PyObject* value) {
  return value != nullptr && PyDict_SetItem(dict, key.get(), value) == 0;
}

bool put(PyObject* dict, const Ref& key, const Ref& value) { return put(dict, key, value.get()); }

PyObject* truth(bool value) { return value ? Py_True : Py_False; }

bool is_chunked(const RequestView& request) {
  return std::ranges::any_of(request.places, [](const http::Headers::Place& place) {
    return place.id == http::HeaderId::transfer_encoding;
  });
}

// Adds a value to a key, after those that are there already.
bool append(PyObject* dict, const Ref& key, const Ref& value, const char* format) {
  PyObject* const present = PyDict_SetDefault(dict, key.get(), value.get());
  if (present == nullptr) return false;
  if (present == value.get()) return true;
  return put(dict, key, Ref::steal(PyUnicode_FromFormat(format, present, value.get())));
}

// The port of a Host field, "80" or "443" if it has none; cut off from `host`.
Bytes split_port(Bytes& host, bool is_tls) {
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != Bytes::npos && host.find(']', colon) == Bytes::npos;
  if (!has_port) return is_tls ? "443" : "80";
  const Bytes port = host.substr(colon + 1);
  host = host.substr(0, colon);
  return port;
}

}  // namespace

// The variables come first and always exist, so that a copy never grows when they are set.
bool EnvironMaker::make_base(Gil gil, PyObject* errors, PyObject* empty_input) {
  const Names& names = site_.names();
  const Settings& settings = site_.settings();
  base_ = Ref::steal(PyDict_New());
  if (!base_) return false;
  PyObject* const base = base_.get();
  const Ref nothing = make_text(gil, "");
  for (const Ref* name :
       {&names.request_method, &names.script_name, &names.path_info, &names.query_string,
        &names.request_uri, &names.raw_uri, &names.remote_addr, &names.remote_port,
        &names.server_protocol, &names.server_name, &names.server_port}) {
    if (!put(base, *name, nothing)) return false;
  }
  return put(base, names.server_software, make_text(gil, "coachwhip/" COACHWHIP_VERSION)) &&
         put(base, names.wsgi_version, Ref::steal(Py_BuildValue("(ii)", 1, 0))) &&
         put(base, names.wsgi_url_scheme, make_text(gil, "http")) &&
         put(base, names.wsgi_input, empty_input) && put(base, names.wsgi_errors, errors) &&
         put(base, names.wsgi_input_terminated, Py_True) &&
         put(base, names.wsgi_early_hints, Py_None) &&
         put(base, names.wsgi_multithread, truth(settings.multithread)) &&
         put(base, names.wsgi_multiprocess, truth(settings.multiprocess)) &&
         put(base, names.wsgi_run_once, Py_False) &&
         put(base, names.wsgi_file_wrapper, site_.types().file_wrapper);
}

Ref EnvironMaker::make(Gil gil, const RequestView& request, PyObject* input,
                       PyObject* early_hints) {
  const Names& names = site_.names();
  Ref environ = make_own(gil, request);
  if (!environ || !put(environ.get(), names.wsgi_early_hints, early_hints)) return {};
  if (input != nullptr && !put(environ.get(), names.wsgi_input, input)) return {};
  return environ;
}

Ref EnvironMaker::make_own(Gil gil, const RequestView& request) {
  const EnvironCache::Key key(request);
  const std::uint64_t hash = key.hash();
  Template* found = cache_.find(key, hash);
  if (found == nullptr) {
    Template made;
    if (!fill_template(gil, made, request)) return {};
    // The length of a chunked body is not a matter of its header fields.
    if (is_chunked(request) || !cache_.wants(key, hash)) {
      return set_variables(gil, made, request) ? std::move(made.dict) : Ref();
    }
    found = cache_.insert(gil, key, hash, std::move(made));
  }
  if (!set_variables(gil, *found, request)) return {};
  return Ref::steal(PyDict_Copy(found->dict.get()));
}

bool EnvironMaker::fill_template(Gil gil, Template& into, const RequestView& request) {
  into.dict = Ref::steal(PyDict_Copy(base_.get()));
  if (!into.dict) return false;
  PyObject* const environ = into.dict.get();
  if (request.mount_size != 0 && !put(environ, site_.names().script_name,
                                      make_text(gil, request.path.substr(0, request.mount_size)))) {
    return false;
  }
  return add_server(gil, environ, request) && add_fields(gil, environ, request);
}

bool EnvironMaker::add_server(Gil gil, PyObject* environ, const RequestView& request) {
  const Names& names = site_.names();
  if (request.is_tls && !(put(environ, names.https, make_text(gil, "on")) &&
                          put(environ, names.wsgi_url_scheme, make_text(gil, "https")))) {
    return false;
  }
  if (request.server_port != 0) {
    return put(environ, names.server_name, make_text(gil, request.server_host)) &&
           put(environ, names.server_port, find_port(gil, request.server_port));
  }
  // A unix socket has no port: the client's idea of the server is all that there is.
  Bytes host = "localhost";
  for (std::size_t i = 0; i < request.places.size(); ++i) {
    if (request.places[i].id == http::HeaderId::host) host = request.field(i).value;
  }
  if (host.empty()) host = "localhost";
  const Bytes port = split_port(host, request.is_tls);
  return put(environ, names.server_name, make_text(gil, host)) &&
         put(environ, names.server_port, make_text(gil, port));
}

bool EnvironMaker::add_fields(Gil gil, PyObject* environ, const RequestView& request) {
  const bool chunked = is_chunked(request);
  const bool collected = chunked && request.content_length.has_value();
  for (std::size_t i = 0; i < request.places.size(); ++i) {
    const http::Field field = request.field(i);
    if (collected && field.id == http::HeaderId::transfer_encoding) continue;
    if (!add_field(gil, environ, field, chunked)) return false;
  }
  if (!collected) return true;
  return put(environ, site_.names().content_length,
             make_text(gil, std::to_string(*request.content_length)));
}

bool EnvironMaker::add_field(Gil gil, PyObject* environ, const http::Field& field, bool chunked) {
  const HeaderKey* const found = header_keys_.find(gil, field.name);
  if (found == nullptr) return false;
  if (found->use == HeaderUse::dropped) return true;
  const Ref value = make_text(gil, field.value);
  if (!value) return false;
  switch (found->use) {
    case HeaderUse::list:
    case HeaderUse::transfer_encoding:
      return append(environ, found->key, value, "%U, %U");
    case HeaderUse::cookie:
      return append(environ, found->key, value, "%U; %U");
    case HeaderUse::content_type:
      return append(environ, site_.names().content_type, value, "%U, %U");
    case HeaderUse::content_length:
      return chunked || put(environ, site_.names().content_length, value);
    case HeaderUse::dropped:
      break;
  }
  return true;
}

bool EnvironMaker::set_variables(Gil gil, Template& into, const RequestView& request) {
  const Bytes method = request.method == http::Method::other ? request.method_text
                                                             : http::text(request.method);
  const Bytes protocol = request.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
  // A unix socket's peer has no address; "unix" would look like the name of a host.
  const Bytes peer = http::is_peer_address(request.peer_host) ? request.peer_host : Bytes();
  PyObject* const port = find_port(gil, request.peer_port);
  return port != nullptr && set_object(gil, into, Variable::remote_port, port) &&
         set(gil, into, Variable::request_method, method) &&
         set(gil, into, Variable::path_info, request.path.substr(request.mount_size)) &&
         set(gil, into, Variable::query_string, request.query) &&
         set(gil, into, Variable::request_uri, request.target) &&
         set(gil, into, Variable::remote_addr, peer) &&
         set(gil, into, Variable::server_protocol, protocol);
}

bool EnvironMaker::set(Gil gil, Template& into, Variable which, Bytes text) {
  PyObject* const present = into.values[static_cast<std::size_t>(which)];
  if (present != nullptr && octets_of(gil, present) == text) return true;
  const Ref made = make_text(gil, text);
  return made && set_object(gil, into, which, made.get());
}

bool EnvironMaker::set_object(Gil, Template& into, Variable which, PyObject* value) {
  PyObject*& present = into.values[static_cast<std::size_t>(which)];
  if (present == value) return true;
  const Names& names = site_.names();
  PyObject* const dict = into.dict.get();
  bool done = false;
  switch (which) {
    case Variable::request_method:
      done = put(dict, names.request_method, value);
      break;
    case Variable::path_info:
      done = put(dict, names.path_info, value);
      break;
    case Variable::query_string:
      done = put(dict, names.query_string, value);
      break;
    case Variable::request_uri:
      done = put(dict, names.request_uri, value) && put(dict, names.raw_uri, value);
      break;
    case Variable::remote_addr:
      done = put(dict, names.remote_addr, value);
      break;
    case Variable::remote_port:
      done = put(dict, names.remote_port, value);
      break;
    case Variable::server_protocol:
      done = put(dict, names.server_protocol, value);
      break;
    case Variable::count:
      break;
  }
  // A failed one is unknown, not what it was: the dictionary may have been changed in part.
  present = done ? value : nullptr;
  return done;
}

PyObject* EnvironMaker::find_port(Gil gil, std::uint16_t port) {
  PortText& place = ports_[port % ports_.size()];
  if (!place.text || place.port != port) {
    place.text = make_text(gil, std::to_string(port));
    place.port = port;
  }
  return place.text.get();
}

}  // namespace coachwhip::python::wsgi
