#include "worker/python/worker_object.hpp"

#include <fcntl.h>
#include <memory>
#include <string>
#include <vector>

#include "exchange/taker.hpp"
#include "worker/python/forked_child.hpp"
#include "worker/python/serve_loop.hpp"
#include "worker/python/signals.hpp"
#include "worker/python/type.hpp"
#include "worker/python/wsgi/site.hpp"

namespace coachwhip::python {
namespace {

struct Options {
  int exchange = -1;
  PyObject* lanes = nullptr;
  unsigned long cell = 0;
  unsigned long incarnation = 0;
  unsigned long threads = 1;
  unsigned long workers = 1;
  const char* name = "";
  int strict = 0;
};

// What is behind a Worker object.
struct Worker {
  Worker(exchange::Segment segment_, std::vector<exchange::LaneFds> lanes_, const Options& options)
      : segment(std::move(segment_)),
        lanes(std::move(lanes_)),
        context{.segment = segment,
                .lanes = lanes,
                .worker = options.cell,
                .incarnation = static_cast<std::uint32_t>(options.incarnation),
                .threads = options.threads},
        site({.name = options.name,
              .multithread = options.threads > 1,
              .multiprocess = options.workers > 1,
              .strict = options.strict != 0}) {}

  exchange::Segment segment;
  std::vector<exchange::LaneFds> lanes;
  exchange::WorkerContext context;
  wsgi::Site site;
};

struct WorkerObject {
  PyObject_HEAD Worker* worker;
};

bool parse_options(PyObject* args, PyObject* keywords, Options& options) {
  static const char* const names[] = {"exchange", "lanes", "cell",   "incarnation", "threads",
                                      "workers",  "name",  "strict", nullptr};
  return PyArg_ParseTupleAndKeywords(args, keywords, "$iOkkkksp", const_cast<char**>(names),
                                     &options.exchange, &options.lanes, &options.cell,
                                     &options.incarnation, &options.threads, &options.workers,
                                     &options.name, &options.strict) != 0;
}

bool check_options(const Options& options) {
  if (options.cell >= exchange::workers_max) {
    PyErr_SetString(PyExc_ValueError, "the exchange has no such cell");
    return false;
  }
  if (options.threads < 1 || options.threads > exchange::threads_max) {
    PyErr_Format(PyExc_ValueError, "a worker has from 1 to %zu threads, not %lu",
                 exchange::threads_max, options.threads);
    return false;
  }
  return true;
}

// Programs that the application starts must not inherit the server's descriptors.
void close_on_exec(int fd) { ::fcntl(fd, F_SETFD, FD_CLOEXEC); }

// A sequence of (wake, files) pairs. False: an exception is set.
bool parse_lanes(PyObject* sequence, std::vector<exchange::LaneFds>& lanes) {
  const Ref pairs = Ref::steal(PySequence_Tuple(sequence));
  if (!pairs) return false;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(pairs.get()); ++i) {
    exchange::LaneFds lane;
    PyObject* const pair = PyTuple_GET_ITEM(pairs.get(), i);
    if (!PyTuple_Check(pair)) {
      PyErr_SetString(PyExc_TypeError, "a lane must be a tuple of two descriptors");
      return false;
    }
    if (PyArg_ParseTuple(pair, "ii", &lane.wake, &lane.files) == 0) return false;
    close_on_exec(lane.wake);
    close_on_exec(lane.files);
    lanes.push_back(lane);
  }
  return true;
}

std::unique_ptr<Worker> open_worker(Gil gil, const Options& options) {
  std::vector<exchange::LaneFds> lanes;
  if (!check_options(options) || !parse_lanes(options.lanes, lanes)) return nullptr;
  auto segment = exchange::Segment::open(options.exchange);
  if (!segment) {
    PyErr_SetString(PyExc_OSError, segment.error().message.c_str());
    return nullptr;
  }
  close_on_exec(segment->fd());
  if (lanes.size() != segment->shape().lanes) {
    PyErr_Format(PyExc_ValueError, "the exchange has %u lanes, but %zu were named",
                 segment->shape().lanes, lanes.size());
    return nullptr;
  }
  auto worker = std::make_unique<Worker>(std::move(*segment), std::move(lanes), options);
  return worker->site.make(gil) ? std::move(worker) : nullptr;
}

PyObject* create(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  Options options;
  if (!parse_options(args, keywords, options)) return nullptr;
  auto worker = open_worker(Gil::of_caller(), options);
  if (!worker) return nullptr;
  PyObject* const made = type->tp_alloc(type, 0);
  if (made == nullptr) return nullptr;
  // The handlers of forks and of SIGTERM outlive every reference that Python code may hold.
  Py_INCREF(made);
  as<WorkerObject>(made)->worker = worker.release();
  disregard_terminal_signals();
  disown_forked_children(as<WorkerObject>(made)->worker->context);
  return made;
}

PyObject* set_application(PyObject* self, PyObject* application) {
  Worker& worker = *as<WorkerObject>(self)->worker;
  const Gil gil = Gil::of_caller();
  // Forked while the application was imported, and returned from that.
  if (worker.context.disowned.load()) leave_forked_child(gil);
  worker.site.set_application(gil, application);
  Py_RETURN_NONE;
}

PyObject* run(PyObject* self, PyObject* thread_number) {
  Worker& worker = *as<WorkerObject>(self)->worker;
  const std::size_t thread = PyLong_AsSize_t(thread_number);
  if (PyErr_Occurred() != nullptr) return nullptr;
  if (thread >= worker.context.threads) {
    PyErr_SetString(PyExc_ValueError, "the worker has no such thread");
    return nullptr;
  }
  const Gil gil = Gil::of_caller();
  // Its caches are too large for a thread's stack.
  const auto loop = std::make_unique<ServeLoop>(gil, worker.context, thread, worker.site);
  if (!loop->run(gil)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* handle_sigterm(PyObject* self, PyObject*) {
  stop_on_sigterm(as<WorkerObject>(self)->worker->context);
  Py_RETURN_NONE;
}

void destroy(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  delete as<WorkerObject>(object)->worker;
  type->tp_free(object);
  Py_DECREF(type);
}

}  // namespace

Ref make_worker_type(Gil) {
  static PyMethodDef methods[] = {
      {"set_application", as_method(set_application), METH_O,
       "set_application(callable): before the first run()"},
      {"run", as_method(run), METH_O, "run(thread): serves until the worker is told to stop"},
      {"stop_on_sigterm", as_method(handle_sigterm), METH_NOARGS,
       "stop_on_sigterm(): SIGTERM ends run() in all threads once their requests are answered"},
      {nullptr, nullptr, 0, nullptr},
  };
  PyType_Slot slots[] = {
      {Py_tp_new, as_slot(create)},
      {Py_tp_dealloc, as_slot(destroy)},
      {Py_tp_methods, methods},
      {0, nullptr},
  };
  PyType_Spec spec{"coachwhip._worker.Worker", sizeof(WorkerObject), 0, Py_TPFLAGS_DEFAULT, slots};
  return Ref::steal(PyType_FromSpec(&spec));
}

}  // namespace coachwhip::python
