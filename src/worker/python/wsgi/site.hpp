// Site: one WSGI application and what its threads share: its strings, its types, what was
// complained about.
#pragma once

#include <string>
#include <string_view>

#include "worker/python/wsgi/names.hpp"

namespace coachwhip::python::wsgi {

struct Settings {
  std::string name;  // the application's, for the log
  bool multithread = false;
  bool multiprocess = false;
  bool strict = false;  // a native string as a body is an error
};

// What an application does wrong on each of its requests is said once.
enum class Complaint : unsigned {
  native_string,
  connection_field,
  count,
};

// The types of the objects that an application is given.
struct Types {
  Ref callable;
  Ref input;
  Ref error_stream;
  Ref file_wrapper;
  Ref file_io;          // io.FileIO
  Ref buffered_reader;  // io.BufferedReader

  bool make(Gil gil);

  static PyTypeObject* type(const Ref& ref) { return as<PyTypeObject>(ref.get()); }
};

// Immutable once it is made and has its application, but for the complaints, which the interpreter
// lock protects.
class Site {
 public:
  explicit Site(Settings settings) : settings_(std::move(settings)) {}
  // False, with a Python exception set.
  bool make(Gil gil) { return names_.make(gil) && types_.make(gil); }

  // Before the first request.
  void set_application(Gil, PyObject* application) { application_ = Ref::share(application); }

  PyObject* application() const { return application_.get(); }
  const Settings& settings() const { return settings_; }
  const Names& names() const { return names_; }
  const Types& types() const { return types_; }

  void complain_once(Gil gil, Complaint complaint, std::string_view text);

 private:
  Ref application_;
  Settings settings_;
  Names names_;
  Types types_;
  bool complained_[static_cast<unsigned>(Complaint::count)] = {};
};

}  // namespace coachwhip::python::wsgi
