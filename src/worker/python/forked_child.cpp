#include "worker/python/forked_child.hpp"

#include <atomic>
#include <csignal>
#include <pthread.h>
#include <unistd.h>

#include "worker/python/ref.hpp"
#include "worker/python/signals.hpp"

namespace coachwhip::python {
namespace {

// The handlers of forks are given nothing by which they could find these.
std::atomic<exchange::WorkerContext*> owned{nullptr};
thread_local sigset_t mask_before_fork;

// A signal that the parent sends its child at once waits until the child has lost our handlers.
void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &mask_before_fork);
}

void unblock_signals() { ::pthread_sigmask(SIG_SETMASK, &mask_before_fork, nullptr); }

void disown() {
  exchange::WorkerContext* const context = owned.load();
  context->disowned.store(true);
  context->stopping.store(true);
  restore_signals();
  unblock_signals();
}

// What a program ends with that raised the SystemExit that is set.
int take_exit_code(Gil) {
  PyObject* type = nullptr;
  PyObject* raised = nullptr;
  PyObject* trace = nullptr;
  PyErr_Fetch(&type, &raised, &trace);
  PyErr_NormalizeException(&type, &raised, &trace);
  const Ref code = Ref::steal(PyObject_GetAttrString(raised, "code"));
  if (!code) return 1;
  if (code.get() == Py_None) return 0;
  if (PyLong_Check(code.get())) return static_cast<int>(PyLong_AsLong(code.get()));
  PyObject* const errors = PySys_GetObject("stderr");
  if (errors != nullptr && PyFile_WriteObject(code.get(), errors, Py_PRINT_RAW) == 0) {
    PyFile_WriteString("\n", errors);
  }
  return 1;
}

void flush(const char* name) {
  PyErr_Clear();
  PyObject* const stream = PySys_GetObject(name);
  if (stream == nullptr || stream == Py_None) return;
  Ref::steal(PyObject_CallMethod(stream, "flush", nullptr));
}

int take_ending(Gil gil) {
  if (PyErr_Occurred() == nullptr) return 0;
  if (PyErr_ExceptionMatches(PyExc_SystemExit) != 0) return take_exit_code(gil);
  PyErr_PrintEx(0);
  return 1;
}

}  // namespace

void disown_forked_children(exchange::WorkerContext& context) {
  if (owned.exchange(&context) == nullptr) {
    ::pthread_atfork(block_signals, unblock_signals, disown);
  }
}

void leave_forked_child(Gil gil) {
  const int code = take_ending(gil);
  flush("stdout");
  flush("stderr");
  ::_exit(code);
}

}  // namespace coachwhip::python
