// Connection: one HTTP/1 client. Reads requests, asks the handler, writes the responses in their
// order.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/buffer.hpp"
#include "http/date.hpp"
#include "http/forwarding.hpp"
#include "http/handler.hpp"
#include "http/limits.hpp"
#include "http/observer.hpp"
#include "http1/flush_queue.hpp"
#include "http1/request_body.hpp"
#include "http1/request_parser.hpp"
#include "http1/response_writer.hpp"
#include "net/idle_queue.hpp"
#include "net/pump.hpp"
#include "net/stream.hpp"

namespace coachwhip::http1 {

// What a connection needs only while a request is under way; an idle connection holds none.
struct Scratch {
  Scratch(const http::Limits& limits, const net::WriteLimit& for_writes)
      : parser(limits), write_limit(for_writes) {}
  Buffer input;   // from the first byte of a head on; stays in place until its response is written
  Buffer body;    // from the first byte of that request's body on
  Buffer output;  // responses that are complete and wait for the write
  RequestParser parser;
  net::WriteLimit write_limit;                 // of all responses until the connection is idle
  std::string path;                            // storage of a decoded path
  std::optional<http::Forwarding> forwarding;  // that a trusted proxy told
};

// What the connections of one loop share. Outlives them.
class Context {
 public:
  Context(loop::Loop& event_loop, http::Handler& root, const http::Limits& bounds,
          std::uint64_t first_request_id)
      : loop(event_loop),
        handler(root),
        limits(bounds),
        flushes(event_loop),
        next_request_id(first_request_id) {}

  std::unique_ptr<Scratch> take_scratch();
  void give_back(std::unique_ptr<Scratch> scratch);
  net::WriteLimit write_limit() {
    return {loop, slow_readers, {limits.write_timeout, limits.write_rate_min}};
  }

  loop::Loop& loop;
  http::Handler& handler;
  const http::Limits& limits;
  http::Observer* observer = nullptr;
  const http::TrustedProxies* trusted_proxies = nullptr;  // where endpoints may be trusted
  http::DateCache dates;
  FlushQueue flushes;
  net::IdleQueue idle;
  net::SlowReaders slow_readers;
  std::uint64_t next_request_id;

 private:
  std::vector<std::unique_ptr<Scratch>> spare_;
};

enum class WhenIdle : std::uint8_t { wait, leave };

// What is asked of a connection, and what it brings along.
struct Terms {
  WhenIdle when_idle = WhenIdle::wait;  // leave: serve() ends before a wait for a next request
  std::uint64_t requests = 0;           // which it has been answered before
};

class Connection final : public FlushQueue::Member,
                         private http::Interim,
                         private net::IdleQueue::Member {
 public:
  // The stream and the endpoints outlive the connection.
  Connection(net::Stream& stream, const http::Endpoints& endpoints, Context& context,
             Terms terms = {})
      : stream_(stream),
        endpoints_(endpoints),
        context_(context),
        requests_(terms.requests),
        when_idle_(terms.when_idle) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Before serve(): bytes of the client that were received already.
  void begin_with(Bytes input);

  // Until the client leaves, breaks a rule, is too slow, or the connection is drained. Once.
  Task<void> serve();

  // It ended because it was idle, and may go on elsewhere; nothing of it is left here.
  bool has_left() const { return has_left_; }
  // Answered so far.
  std::uint64_t requests() const { return requests_; }

  // Finishes the request that is under way and ends; an idle connection ends now.
  void drain();

 private:
  enum class Head : std::uint8_t { complete, more_needed, over };

  bool flush_now() override;
  void send_interim(http::Status status, const http::Headers& fields) override;
  void give_way() override;
  Head find_head();
  bool begin_wait();
  bool end_wait(net::IoStatus wait);
  Task<void> serve_request();
  Result<Bytes> interpret_head();
  http::Request make_request(Bytes path, RequestBody& body);
  // Of the request: as a trusted proxy told, else those of the connection.
  const http::Endpoints& endpoints() const {
    return scratch_->forwarding ? scratch_->forwarding->endpoints : endpoints_;
  }
  http::Response failed(const http::Request& request, const char* what);
  ResponseFrame frame(const http::Request& request, const http::Response& response,
                      const RequestBody& body) const;
  bool gather(const http::Body& body);
  void observe(const http::Request& request, const http::Response& response, bool complete);
  Task<bool> send_body(http::Body& body, WrittenHead head);
  Task<bool> send_bytes(http::Body& body);
  Task<bool> send_source(http::BodySource& source, WrittenHead head);
  Task<bool> send_portion(Bytes bytes, Bytes end);
  Task<bool> finish_request(RequestBody& body, bool keep_alive);
  bool may_send_on(RequestBody& body) const;
  void release(RequestBody& body, bool has_body);
  Task<bool> flush(bool more = false);
  void refuse(const Error& error);

  net::Stream& stream_;
  const http::Endpoints& endpoints_;
  Context& context_;
  std::unique_ptr<Scratch> scratch_;
  std::size_t head_size_ = 0;  // of the request under way, in the input
  TimePoint head_began_ = never;
  std::uint64_t requests_;
  std::uint64_t body_sent_ = 0;  // bytes of content of the response under way
  WhenIdle when_idle_;
  bool has_left_ = false;
  bool idle_ = true;
  bool draining_ = false;
  bool open_ = true;        // another request may follow
  bool lingering_ = false;  // what the client still sends must not destroy the last response
};

}  // namespace coachwhip::http1
