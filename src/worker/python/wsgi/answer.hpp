// Answer: one application's answer to one request, on its way into the exchange.
//
//   silent ──start()──▶ stated ──first bytes, end()──▶ sending ──all bytes, end(), fail()──▶ over
//      └───────────────────┴──────────── fail(): the 500 page ──────────────────────────────▲
//
// Once it is over the slot belongs to somebody else: neither the job nor the request may be looked
// at.
//
// Where the application has forked and its child comes back with a result or an exception, the
// child ends: the answer is its parent's.
#pragma once

#include <cstdint>
#include <string>

#include "exchange/taker.hpp"
#include "worker/python/wsgi/file_wrapper.hpp"
#include "worker/python/wsgi/response_head.hpp"
#include "worker/python/wsgi/site.hpp"

namespace coachwhip::python::wsgi {

// What answers of one thread use one after another.
struct AnswerMemory {
  ResponseHead head;
  ResponseHead hints;
  std::string subject;  // method and target of the request, for the log
};

enum class Sent : std::uint8_t {
  more,    // go on
  enough,  // nothing that follows would reach the client
  raised,  // a Python exception is set
};

class Answer {
 public:
  // `input` is the request's wsgi.input, closed when the answer is over; null if it has no body.
  Answer(exchange::Job& job, const exchange::RequestView& request, PyObject* input, Site& site,
         AnswerMemory& memory);
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  // start_response(). False: an exception is set.
  bool start(Gil gil, PyObject* status, PyObject* headers, PyObject* exc_info);
  // write(). False: an exception is set.
  bool write(Gil gil, Bytes piece);
  // wsgi.early_hints(). Does nothing once the answer has begun. False: an exception is set.
  bool hint(Gil gil, PyObject* fields);

  // The body is known to be this long, should the application not have said so.
  void suggest_length(std::uint64_t length);
  // The next piece of the body, delivered without waiting for more. It may be empty.
  Sent send(Gil gil, Bytes piece);
  // The body is this part of a file. `more`: it cannot be, send it piece by piece.
  Sent send_file(Gil gil, const FilePart& part);
  // There are no more pieces. False: an exception is set.
  bool end(Gil gil);

  // Takes the exception that is set into the log and answers 500, or cuts an answer that was begun.
  void fail(Gil gil);

 private:
  enum class Stage : std::uint8_t { silent, stated, sending, over };

  void keep_out_forked_child(Gil gil) const;
  bool refuse_forked_child(Gil gil) const;
  bool begin(Gil gil, const exchange::ReplyHead& head);
  bool has_content() const;
  Sent deliver(Gil gil, Bytes piece);
  bool pump(Gil gil, Bytes piece);
  void finish(Gil gil, exchange::FlowEnd end);
  void answer_500(Gil gil);
  bool is_consequence_of_leaving() const;
  void log_failure(Gil gil);
  void log_error(Gil gil, std::string_view what) const;

  exchange::Job& job_;
  PyObject* input_;
  Site& site_;
  AnswerMemory& memory_;
  std::uint64_t id_;
  std::uint64_t sent_ = 0;
  unsigned pumps_ = 0;  // threads of the application that move bytes
  Stage stage_ = Stage::silent;
  bool is_head_ = false;
  bool is_abandoned_ = false;  // the client has left
  bool is_truncated_ = false;
};

}  // namespace coachwhip::python::wsgi
