#include "worker/python/wsgi/answer.hpp"

#include "base/log.hpp"
#include "http/request.hpp"
#include "worker/python/forked_child.hpp"
#include "worker/python/raised.hpp"
#include "worker/python/wsgi/input.hpp"

namespace coachwhip::python::wsgi {

using exchange::FlowEnd;

namespace {

struct ExcInfo {
  PyObject* type;
  PyObject* value;
  PyObject* trace;

  bool holds_nothing() const { return type == Py_None && value == Py_None && trace == Py_None; }
};

// False, with an exception set, unless it can be raised.
bool check(Gil, const ExcInfo& info) {
  const char* problem = nullptr;
  PyObject* wrong = nullptr;
  if (info.holds_nothing()) {
    PyErr_SetString(PyExc_TypeError, "exc_info holds no exception");
    return false;
  }
  if (!PyExceptionClass_Check(info.type)) {
    problem = "exc_info[0] must be an exception type, not %.100s";
    wrong = info.type;
  } else if (info.value != Py_None &&
             !PyObject_TypeCheck(info.value, as<PyTypeObject>(info.type))) {
    problem = "exc_info[1] must be an instance of exc_info[0] or None, not %.100s";
    wrong = info.value;
  } else if (info.trace != Py_None && !PyTraceBack_Check(info.trace)) {
    problem = "exc_info[2] must be a traceback or None, not %.100s";
    wrong = info.trace;
  }
  if (problem == nullptr) return true;
  PyErr_Format(PyExc_TypeError, problem, Py_TYPE(wrong)->tp_name);
  return false;
}

void raise(Gil, const ExcInfo& info) {
  const auto given = [](PyObject* part) {
    return Ref::share(part == Py_None ? nullptr : part).release();
  };
  PyErr_Restore(given(info.type), given(info.value), given(info.trace));
}

// nullopt, with an exception set, if it is no tuple of three.
std::optional<ExcInfo> unpack(Gil, PyObject* exc_info) {
  if (!PyTuple_Check(exc_info) || PyTuple_GET_SIZE(exc_info) != 3) {
    PyErr_SetString(PyExc_TypeError, "exc_info must be a tuple as sys.exc_info() returns it");
    return std::nullopt;
  }
  return ExcInfo{PyTuple_GET_ITEM(exc_info, 0), PyTuple_GET_ITEM(exc_info, 1),
                 PyTuple_GET_ITEM(exc_info, 2)};
}

}  // namespace

Answer::Answer(exchange::Job& job, const exchange::RequestView& request, PyObject* input,
               Site& site, AnswerMemory& memory)
    : job_(job),
      input_(input),
      site_(site),
      memory_(memory),
      id_(request.id),
      is_head_(request.method == http::Method::HEAD) {
  memory_.head.clear();
  memory_.subject.assign(request.method_text).append(" ").append(request.target);
}

bool Answer::start(Gil gil, PyObject* status, PyObject* headers, PyObject* exc_info) {
  if (exc_info != Py_None) {
    const auto info = unpack(gil, exc_info);
    if (!info) return false;
    // What sys.exc_info() gives where nothing was raised does no harm in the first call.
    const bool is_first = stage_ == Stage::silent && info->holds_nothing();
    if (!is_first && !check(gil, *info)) return false;
    if (stage_ >= Stage::sending) {
      raise(gil, *info);
      return false;
    }
  } else if (stage_ != Stage::silent) {
    PyErr_SetString(PyExc_AssertionError, "start_response was called twice without exc_info");
    return false;
  }
  stage_ = Stage::silent;
  if (!memory_.head.parse(gil, site_, status, headers)) return false;
  stage_ = Stage::stated;
  return true;
}

// False, with an exception set, in such a child.
bool Answer::refuse_forked_child(Gil) const {
  if (!job_.is_disowned()) return true;
  PyErr_SetString(PyExc_RuntimeError, "the answer belongs to the process that forked this one");
  return false;
}

bool Answer::write(Gil gil, Bytes piece) {
  if (!refuse_forked_child(gil)) return false;
  const Sent sent = send(gil, piece);
  if (sent == Sent::enough && is_abandoned_) {
    PyErr_SetString(PyExc_ConnectionResetError, "the client left before its answer was complete");
    return false;
  }
  return sent != Sent::raised;
}

bool Answer::hint(Gil gil, PyObject* fields) {
  if (!refuse_forked_child(gil)) return false;
  if (!memory_.hints.parse_hints(gil, site_, fields)) return false;
  // Of its own, as another thread may hint while this one waits.
  const std::string block(memory_.hints.block());
  while (!block.empty() && stage_ < Stage::sending && !job_.cancelled()) {
    const auto sent = job_.send_hints(block);
    if (!sent) PyErr_SetString(PyExc_ValueError, sent.error().message.c_str());
    if (!sent || *sent) return sent.has_value();
    ++pumps_;
    {
      const WithoutGil others_run(gil);
      job_.wait_for_room(block.size() + sizeof(exchange::HintsSize));
    }
    --pumps_;
  }
  return true;
}

void Answer::suggest_length(std::uint64_t length) {
  const http::Status status = memory_.head.status();
  const bool may_have_length = stage_ == Stage::stated && !http::never_has_content(status);
  if (may_have_length && !memory_.head.content_length()) memory_.head.set_content_length(length);
}

void Answer::keep_out_forked_child(Gil gil) const {
  if (job_.is_disowned()) leave_forked_child(gil);
}

Sent Answer::send(Gil gil, Bytes piece) {
  keep_out_forked_child(gil);
  if (piece.empty()) return Sent::more;
  if (stage_ == Stage::over) {
    if (!is_abandoned_ && has_content() && !std::exchange(is_truncated_, true)) {
      log_error(gil, "more data came than Content-Length says; it was cut off");
    }
    return Sent::enough;
  }
  if (stage_ != Stage::sending && !begin(gil, memory_.head.reply())) return Sent::raised;
  if (!has_content()) {
    finish(gil, FlowEnd::ended);
    return Sent::enough;
  }
  return deliver(gil, piece);
}

Sent Answer::deliver(Gil gil, Bytes piece) {
  const auto& declared = memory_.head.content_length();
  const std::uint64_t left = declared ? *declared - sent_ : piece.size();
  const Bytes fitting = piece.substr(0, left);
  if (!pump(gil, fitting)) {
    is_abandoned_ = true;
    finish(gil, FlowEnd::broken);
    return Sent::enough;
  }
  if (!declared || sent_ < *declared) return Sent::more;
  // Complete: told at once, whatever the application does until it returns.
  finish(gil, FlowEnd::ended);
  return fitting.size() == piece.size() ? Sent::more : send(gil, piece.substr(left));
}

// Moves all of it, waiting without the lock while the ring is full. False: the client has left.
bool Answer::pump(Gil gil, Bytes piece) {
  ++pumps_;
  for (;;) {
    const std::size_t moved = job_.write(piece);
    piece.remove_prefix(moved);
    sent_ += moved;
    const bool is_complete = memory_.head.content_length() == sent_;
    if (!is_complete) job_.flush();  // finish() tells as well
    if (piece.empty() || job_.cancelled()) break;
    const WithoutGil others_run(gil);
    job_.wait_for_room();
  }
  --pumps_;
  return !job_.cancelled();
}

Sent Answer::send_file(Gil gil, const FilePart& part) {
  keep_out_forked_child(gil);
  const auto& declared = memory_.head.content_length();
  if (stage_ != Stage::stated || (declared && *declared > part.count)) return Sent::more;
  suggest_length(part.count);
  if (!has_content() || declared == 0) return end(gil) ? Sent::enough : Sent::raised;
  if (!job_.pass_file(part.fd)) return Sent::more;
  exchange::ReplyHead head = memory_.head.reply();
  head.kind = exchange::ReplyKind::file;
  head.file_offset = part.offset;
  head.file_count = *declared;
  if (!begin(gil, head)) return Sent::raised;
  finish(gil, FlowEnd::ended);
  return Sent::enough;
}

bool Answer::end(Gil gil) {
  keep_out_forked_child(gil);
  if (stage_ == Stage::over) return true;
  if (stage_ != Stage::sending) {
    if (!is_head_) suggest_length(0);
    if (!begin(gil, memory_.head.reply())) return false;
  }
  const auto& declared = memory_.head.content_length();
  const bool is_short = has_content() && declared && sent_ < *declared;
  if (is_short) {
    log_error(gil, "the answer ended after " + std::to_string(sent_) + " of " +
                       std::to_string(*declared) +
                       " bytes of Content-Length; the connection is cut");
  }
  finish(gil, is_short ? FlowEnd::broken : FlowEnd::ended);
  return true;
}

bool Answer::has_content() const {
  return !is_head_ && !http::never_has_content(memory_.head.status());
}

bool Answer::begin(Gil, const exchange::ReplyHead& head) {
  if (stage_ == Stage::silent) {
    PyErr_SetString(PyExc_AssertionError, "the application did not call start_response");
    return false;
  }
  const auto started = job_.start_reply(head);
  if (!started) {
    PyErr_SetString(PyExc_ValueError, started.error().message.c_str());
    return false;
  }
  stage_ = Stage::sending;
  return true;
}

// A thread that the application left behind in write() or in wsgi.input still uses the job.
void Answer::finish(Gil gil, FlowEnd end) {
  while (pumps_ != 0) let_others_run(gil);
  if (input_ != nullptr) close_input(gil, input_);
  if (std::exchange(stage_, Stage::over) != Stage::over) job_.finish(end);
}

void Answer::fail(Gil gil) {
  keep_out_forked_child(gil);
  log_failure(gil);
  if (stage_ == Stage::sending) {
    finish(gil, FlowEnd::broken);
  } else if (stage_ != Stage::over) {
    answer_500(gil);
  }
}

void Answer::answer_500(Gil gil) {
  const std::string page = "Internal Server Error\nRequest id: " + http::format_request_id(id_) +
                           "\n";
  memory_.head.set_plain_text(http::status::internal_server_error, page.size());
  stage_ = Stage::stated;
  if (send(gil, page) != Sent::raised) return;
  PyErr_Clear();
  finish(gil, FlowEnd::broken);
}

bool Answer::is_consequence_of_leaving() const {
  if (PyErr_ExceptionMatches(PyExc_ConnectionError) == 0) return false;
  return is_abandoned_ || (stage_ != Stage::over && (job_.cancelled() || job_.body_broken()));
}

void Answer::log_failure(Gil gil) {
  if (!is_consequence_of_leaving()) return log_error(gil, take_traceback(gil));
  PyErr_Clear();
  log::debug(memory_.subject + ": the client left");
}

void Answer::log_error(Gil gil, std::string_view what) const {
  std::string text = site_.settings().name + ": " + memory_.subject + " (request " +
                     http::format_request_id(id_) + "): ";
  text += what;
  const WithoutGil others_run(gil);
  log::error(text);
}

}  // namespace coachwhip::python::wsgi
