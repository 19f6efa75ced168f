#include "http1/connection.hpp"

#include <array>
#include <exception>
#include <utility>

#include "base/log.hpp"
#include "http/uri.hpp"
#include "http1/lingering.hpp"
#include "loop/yield.hpp"

namespace coachwhip::http1 {
namespace {

using net::IoStatus;

constexpr std::size_t input_bytes = 4 * 1024;
constexpr std::size_t output_bytes = 4 * 1024;
// Responses are gathered up to here before a write; bodies above it are not copied.
constexpr std::size_t gather_bytes_max = 16 * 1024;
constexpr std::size_t copied_body_max = 4 * 1024;
constexpr std::size_t spare_max = 256;
constexpr std::uint64_t discard_bytes_max = 256 * 1024;
constexpr std::size_t logged_bytes_max = 256;
constexpr std::uint64_t yield_bytes = 1 << 20;

// What the log shows of a message that was refused. Empty lines before it are no part of it.
Bytes first_line(Bytes input) {
  input.remove_prefix(std::min(input.find_first_not_of("\r\n"), input.size()));
  const Bytes line = input.substr(0, std::min(input.find_first_of("\r\n"), input.size()));
  return line.substr(0, logged_bytes_max);
}

// Of a line that may have any other fault.
http::Method method_of(Bytes line) {
  return http::find_method(line.substr(0, std::min(line.find(' '), line.size())));
}

iovec part(Bytes bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

}  // namespace

std::unique_ptr<Scratch> Context::take_scratch() {
  if (spare_.empty()) {
    auto made = std::make_unique<Scratch>(limits, write_limit());
    made->input.reserve(input_bytes);
    made->output.reserve(output_bytes);
    return made;
  }
  auto scratch = std::move(spare_.back());
  spare_.pop_back();
  return scratch;
}

void Context::give_back(std::unique_ptr<Scratch> scratch) {
  const bool has_grown = scratch->input.capacity() > 4 * input_bytes ||
                         scratch->body.capacity() > 4 * input_bytes ||
                         scratch->output.capacity() > 2 * gather_bytes_max;
  if (has_grown || spare_.size() >= spare_max) return;
  for (Buffer* buffer : {&scratch->input, &scratch->body, &scratch->output}) buffer->clear();
  scratch->parser.reset();
  scratch->write_limit = write_limit();
  spare_.push_back(std::move(scratch));
}

void Connection::begin_with(Bytes input) {
  if (input.empty()) return;
  scratch_ = context_.take_scratch();
  scratch_->input.append(input);
}

Task<void> Connection::serve() {
  while (open_) {
    switch (find_head()) {
      case Head::complete:
        co_await serve_request();
        break;
      case Head::more_needed:
        if (!flush_now()) open_ = co_await flush();
        if (open_) open_ = begin_wait();
        if (open_) open_ = end_wait(co_await stream_.readable());
        break;
      case Head::over:
        open_ = false;
        break;
    }
  }
  if (scratch_) {
    co_await flush();
    context_.give_back(std::move(scratch_));
  }
  idle_ = false;  // draining does not cut it short
  if (lingering_) co_await linger(stream_, context_.loop);
}

// What has arrived by now is still answered, also if nobody has told of it yet.
void Connection::drain() {
  draining_ = true;
  if (!idle_) return;
  stream_.assume_readable();
  stream_.cancel();
}

// What has arrived in this moment is still answered.
void Connection::give_way() {
  draining_ = true;
  stream_.look_for_input();
}

// Looks for the next head in what has been received, and receives once if it is not there.
Connection::Head Connection::find_head() {
  if (!scratch_) scratch_ = context_.take_scratch();
  Buffer& input = scratch_->input;
  for (bool received = false;; received = true) {
    if (!input.empty()) {
      auto parsed = scratch_->parser.parse(input.readable());
      if (!parsed) {
        refuse(parsed.error());
        return Head::over;
      }
      if (*parsed) {
        head_size_ = **parsed;
        return Head::complete;
      }
    }
    if (received || !stream_.may_read()) return Head::more_needed;
    if (input.writable().empty()) {
      const bool is_full = input.size() == input.capacity();
      input.reserve(is_full ? std::max(2 * input.capacity(), input_bytes) : input.capacity());
    }
    const net::Io io = stream_.try_read(input.writable());
    if (io.status == IoStatus::would_block) return Head::more_needed;
    if (io.status != IoStatus::ok) return Head::over;
    input.commit(io.count);
  }
}

// False: no further request is waited for. An idle connection waits without scratch.
bool Connection::begin_wait() {
  const TimePoint now = context_.loop.now();
  idle_ = !scratch_->parser.has_begun();
  if (idle_) {
    if (draining_) return false;
    if (scratch_->input.empty()) {
      context_.give_back(std::move(scratch_));
      has_left_ = when_idle_ == WhenIdle::leave;
      if (has_left_) return false;
    }
    stream_.set_deadline(now + context_.limits.idle_timeout);
    context_.idle.add(*this, now);
  } else {
    if (head_began_ == never) head_began_ = now;
    stream_.set_deadline(head_began_ + context_.limits.header_timeout);
  }
  return true;
}

// True: there may be more input.
bool Connection::end_wait(IoStatus wait) {
  net::IdleQueue::remove(*this);
  if (wait == IoStatus::timed_out && !idle_) {
    refuse({ErrorKind::timed_out, http::status::request_timeout,
            "The request's head did not arrive in time."});
  }
  return wait == IoStatus::ok;
}

Task<void> Connection::serve_request() {
  Scratch& scratch = *scratch_;
  RequestHead& head = scratch.parser.head();
  idle_ = false;
  head_began_ = never;
  ++requests_;
  const Result<Bytes> path = interpret_head();
  if (!path) {
    refuse(path.error());
    open_ = false;
    co_return;
  }
  const bool has_body = head.framing == Framing::chunked || head.content_length > 0;
  if (has_body) {
    scratch.body.reserve(input_bytes);
    scratch.body.append(scratch.input.readable().substr(head_size_));
    scratch.input.truncate(head_size_);
  }
  RequestBody body(stream_, context_.loop, scratch.body, context_.limits, *this);
  body.begin(head);
  http::Request request = make_request(*path, body);
  // What asks the client for its body goes behind earlier responses, and must not get stuck there.
  if (head.expects_continue) {
    const bool flushed = co_await flush();
    if (!flushed) {
      open_ = false;
      release(body, has_body);
      co_return;
    }
  }
  http::Response response;
  try {
    Task<http::Response> answering = context_.handler.handle(request);
    answering.start();
    // What is complete does not wait long for what is not.
    std::optional<FlushQueue::Wait> wait;
    if (!answering.done() && !scratch.output.empty()) wait.emplace(context_.flushes, *this);
    response = co_await answering.join();
  } catch (const std::exception& error) {
    response = failed(request, error.what());
  }
  ResponseFrame framed = frame(request, response, body);
  const WrittenHead written = write_head(scratch.output, response, framed,
                                         context_.dates.date(context_.loop.wall_now()));
  body_sent_ = 0;
  bool complete = written.framing == BodyFraming::none || gather(response.body);
  if (!complete) complete = co_await send_body(response.body, written);
  // What is behind the body (a slot of the exchange, a file) is not kept while the client is waited
  // for.
  response.body = std::monostate{};
  observe(request, response, complete);
  if (!complete) {
    // The client must not take a part for the whole: nothing more is sent.
    scratch.output.clear();
    open_ = false;
  } else if (!framed.keep_alive || !body.finished() || scratch.output.size() >= gather_bytes_max) {
    open_ = co_await finish_request(body, framed.keep_alive);
  }
  release(body, has_body);
}

// What differs from the head as it came: takes what proxies say, and decodes the path.
Result<Bytes> Connection::interpret_head() {
  RequestHead& head = scratch_->parser.head();
  scratch_->forwarding.reset();
  if (head.has_forwarding && !endpoints_.is_trusted_proxy) {
    http::remove_forwarding(head.headers);
  } else if (head.has_forwarding) {
    auto taken = http::take_forwarding(head.headers, head.host, endpoints_,
                                       *context_.trusted_proxies);
    if (!taken) return pass(std::move(taken.error()));
    scratch_->forwarding = std::move(*taken);
  }
  // A plain connection speaks for no https resource (RFC 9110 section 7.4).
  if (head.is_https_target && !endpoints().is_tls) return http1::refuse(Refusal::https_target);
  if (head.raw_path == "*") return head.raw_path;
  return http::decode_path(head.raw_path, scratch_->path);
}

http::Request Connection::make_request(Bytes path, RequestBody& body) {
  RequestHead& head = scratch_->parser.head();
  const http::Forwarding* const told = scratch_->forwarding ? &*scratch_->forwarding : nullptr;
  return {.method = head.method,
          .method_text = head.method_text,
          .minor_version = head.minor_version,
          .target = head.target,
          .raw_path = head.raw_path,
          .query = head.query,
          .path = path,
          .prefix = told != nullptr ? Bytes(told->prefix) : Bytes(),
          .host = told != nullptr ? Bytes(told->host) : head.host,
          .headers = head.headers,
          .body = body,
          .interim = head.minor_version == 0 ? nullptr : this,
          .endpoints = endpoints(),
          .began = context_.loop.now(),
          .id = context_.next_request_id++};
}

http::Response Connection::failed(const http::Request& request, const char* what) {
  const std::string id = http::format_request_id(request.id);
  log::error("request " + id + " failed: " + what);
  return http::make_error(http::status::internal_server_error, "Request id: " + id);
}

ResponseFrame Connection::frame(const http::Request& request, const http::Response& response,
                                const RequestBody& body) const {
  const std::uint64_t bound = context_.limits.requests_per_connection_max;
  // A client that still waits to be asked for its body, or has much of it left, is not asked any
  // more.
  const bool leaves_body = !body.finished() &&
                           (body.holds_back() ||
                            body.length().value_or(discard_bytes_max + 1) > discard_bytes_max);
  return {.method = request.method,
          .minor_version = request.minor_version,
          .keep_alive = scratch_->parser.head().keep_alive && !draining_ && !response.close_after &&
                        !leaves_body && (bound == 0 || requests_ < bound)};
}

void Connection::observe(const http::Request& request, const http::Response& response,
                         bool complete) {
  if (context_.observer == nullptr) return;
  context_.observer->on_exchange(request, {.status = response.status,
                                           .body_bytes = body_sent_,
                                           .duration = context_.loop.poller().now() - request.began,
                                           .complete = complete});
}

// Sends what was gathered, and takes what the handler left of the request's body.
Task<bool> Connection::finish_request(RequestBody& body, bool keep_alive) {
  const bool flushed = co_await flush();
  if (!flushed) co_return false;
  if (!keep_alive) {
    lingering_ = may_send_on(body);
    co_return false;
  }
  const bool discarded = co_await body.discard(discard_bytes_max);
  lingering_ = !discarded;
  co_return discarded;
}

// May the client be sending what nobody will read? One that has asked for the end is believed,
// unless more is there already: an ordinary close pays for nothing.
bool Connection::may_send_on(RequestBody& body) const {
  body.release();
  return scratch_->parser.head().keep_alive || !body.finished() || stream_.may_read() ||
         !scratch_->body.empty() || scratch_->input.size() > head_size_;
}

// Gives up the request's bytes: the next one begins after them.
void Connection::release(RequestBody& body, bool has_body) {
  scratch_->parser.reset();
  if (has_body) {
    body.release();
    scratch_->input.clear();
    std::swap(scratch_->input, scratch_->body);
  } else {
    scratch_->input.consume(head_size_);
  }
}

// Puts a small body behind its head, to leave in the same write as the other responses.
bool Connection::gather(const http::Body& body) {
  Bytes bytes;
  if (const auto* text = std::get_if<std::string>(&body)) {
    bytes = *text;
  } else if (const auto* lease = std::get_if<http::Lease>(&body)) {
    bytes = lease->bytes();
  } else if (!std::holds_alternative<std::monostate>(body)) {
    return false;
  }
  if (bytes.size() > copied_body_max) return false;
  scratch_->output.append(bytes);
  body_sent_ = bytes.size();
  return true;
}

Task<bool> Connection::send_body(http::Body& body, WrittenHead head) {
  scratch_->write_limit.prepare(stream_);
  if (const auto* range = std::get_if<http::FileRange>(&body)) {
    const bool flushed = co_await flush(range->count > 0);
    if (!flushed) co_return false;
    const IoStatus sent = co_await net::send_file(stream_, range->file,
                                                  static_cast<off_t>(range->offset), range->count,
                                                  scratch_->write_limit);
    if (sent == IoStatus::ok) body_sent_ = range->count;
    co_return sent == IoStatus::ok;
  }
  if (const auto* source = std::get_if<std::unique_ptr<http::BodySource>>(&body)) {
    const bool sent = co_await send_source(**source, head);
    co_return sent;
  }
  const bool sent = co_await send_bytes(body);
  co_return sent;
}

// Heads and body in one write. What a client does not take at once is copied if it is only lent, so
// that a slow client keeps no slot of the exchange.
Task<bool> Connection::send_bytes(http::Body& body) {
  const auto* lease = std::get_if<http::Lease>(&body);
  Bytes bytes = lease != nullptr ? lease->bytes() : Bytes(std::get<std::string>(body));
  Buffer& output = scratch_->output;
  body_sent_ = bytes.size();
  const std::array parts{part(output.readable()), part(bytes)};
  const net::Io io = stream_.try_write(parts);
  if (io.status != IoStatus::ok && io.status != IoStatus::would_block) co_return false;
  const std::size_t of_output = std::min(io.count, output.size());
  output.consume(of_output);
  bytes.remove_prefix(io.count - of_output);
  if (output.empty() && bytes.empty()) co_return true;
  std::string kept;
  if (lease != nullptr) {
    kept = bytes;
    bytes = kept;
    body = std::monostate{};
  }
  const bool flushed = co_await flush();
  if (!flushed) co_return false;
  const IoStatus sent = co_await net::write_all(stream_, bytes, scratch_->write_limit);
  co_return sent == IoStatus::ok;
}

// Each portion leaves as it comes. Content-Length is kept to: too much is cut off, too little
// breaks.
Task<bool> Connection::send_source(http::BodySource& source, WrittenHead head) {
  Buffer& output = scratch_->output;
  const bool is_chunked = head.framing == BodyFraming::chunked;
  std::uint64_t left = head.framing == BodyFraming::length ? head.length : ~std::uint64_t{0};
  std::uint64_t until_yield = yield_bytes;
  while (left > 0) {
    Result<Bytes> piece = co_await source.read();
    if (!piece) {
      // Nothing else tells such a client that there should have been more (RFC 9112 section 8).
      if (head.framing == BodyFraming::close) stream_.break_off();
      co_return false;
    }
    const Bytes bytes = piece->substr(0, std::min<std::uint64_t>(left, piece->size()));
    if (bytes.empty()) break;
    if (is_chunked) write_chunk_size(output, bytes.size());
    const bool sent = co_await send_portion(bytes, is_chunked ? Bytes("\r\n") : Bytes());
    if (!sent) co_return false;
    left -= bytes.size();
    body_sent_ += bytes.size();
    if (until_yield > bytes.size()) {
      until_yield -= bytes.size();
    } else {
      until_yield = yield_bytes;
      co_await loop::Yield{context_.loop};
    }
  }
  if (is_chunked) output.append(last_chunk);
  co_return head.framing != BodyFraming::length || left == 0;
}

// The output, `bytes` and `end`, in one write if the client takes it.
Task<bool> Connection::send_portion(Bytes bytes, Bytes end) {
  Buffer& output = scratch_->output;
  const std::array parts{part(output.readable()), part(bytes), part(end)};
  const net::Io io = stream_.try_write(parts);
  if (io.status != IoStatus::ok && io.status != IoStatus::would_block) co_return false;
  std::size_t taken = io.count;
  for (Bytes rest : {output.readable(), bytes, end}) {
    const std::size_t of_this = std::min(taken, rest.size());
    taken -= of_this;
    rest.remove_prefix(of_this);
    if (rest.empty()) continue;
    const IoStatus sent = co_await net::write_all(stream_, rest, scratch_->write_limit);
    if (sent != IoStatus::ok) co_return false;
  }
  output.clear();
  co_return true;
}

bool Connection::flush_now() {
  Buffer& output = scratch_->output;
  if (output.empty()) return true;
  const iovec whole = part(output.readable());
  const net::Io io = stream_.try_write({&whole, 1});
  if (io.status == IoStatus::ok) output.consume(io.count);
  return output.empty();
}

// Behind what was not taken yet. Only what the client waits for may pile up there.
void Connection::send_interim(http::Status status, const http::Headers& fields) {
  const bool takes_all = flush_now();
  if (!takes_all && status != http::status::continue_) return;
  write_interim(scratch_->output, status, fields);
  flush_now();
}

Task<bool> Connection::flush(bool more) {
  Buffer& output = scratch_->output;
  while (!output.empty()) {
    const iovec whole = part(output.readable());
    const net::Io io = stream_.try_write({&whole, 1}, more);
    if (io.status == IoStatus::ok) {
      output.consume(io.count);
      continue;
    }
    if (io.status != IoStatus::would_block) break;
    const IoStatus wait = co_await scratch_->write_limit.wait(stream_);
    if (wait != IoStatus::ok) break;
  }
  const bool flushed = output.empty();
  // What the client did not take it will not get.
  output.clear();
  co_return flushed;
}

// Answers a message that cannot be served; the connection ends after it.
void Connection::refuse(const Error& error) {
  const auto status = static_cast<http::Status>(error.number);
  const http::Response response = http::make_error(status, error.message);
  const Bytes line = first_line(scratch_->input.readable());
  ResponseFrame frame{.method = method_of(line), .keep_alive = false};
  const WrittenHead head = write_head(scratch_->output, response, frame,
                                      context_.dates.date(context_.loop.wall_now()));
  body_sent_ = 0;
  if (head.framing != BodyFraming::none) gather(response.body);
  lingering_ = true;
  if (context_.observer != nullptr) {
    context_.observer->on_refusal({.endpoints = endpoints_,
                                   .status = status,
                                   .body_bytes = body_sent_,
                                   .line = line,
                                   .why = error.message});
  }
}

}  // namespace coachwhip::http1
