#include "front/session.hpp"

#include "base/buffer.hpp"
#include "base/log.hpp"

namespace coachwhip::front {

class Sessions::Session {
 public:
  Session(Sessions& all, net::Accepted accepted, http1::WhenIdle when_idle)
      : all_(all),
        ticket_(std::move(accepted.ticket)),
        listener_(*accepted.listener),
        stream_(all.context_.loop, std::move(accepted.socket)),
        endpoints_{.peer_host = std::move(accepted.peer.host),
                   .peer_port = accepted.peer.port,
                   .server_host = listener_.host,
                   .server_port = listener_.port},
        connection_(stream_, endpoints_, all.context_, {when_idle, accepted.requests}),
        next_(all.first_) {
    if (next_ != nullptr) next_->previous_ = this;
    all_.first_ = this;
    look_up_peer();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    if (previous_ != nullptr) {
      previous_->next_ = next_;
    } else {
      all_.first_ = next_;
    }
    if (next_ != nullptr) next_->previous_ = previous_;
  }

  // Only of a connection that has become idle, and so has left nothing behind.
  net::Accepted leave() {
    return {std::move(ticket_),
            stream_.release(),
            {.host = std::move(endpoints_.peer_host),
             .port = endpoints_.peer_port,
             .is_announced = all_.config_.proxy_protocol != net::ProxyProtocol::off},
            &listener_,
            connection_.requests()};
  }

  // As that of the connection, which a balancer's header comes before unless it was read already.
  Task<void> serve(bool is_announced) {
    const bool has_header = all_.config_.proxy_protocol != net::ProxyProtocol::off && !is_announced;
    return has_header ? serve_announced() : connection_.serve();
  }

  net::SocketStream& stream() { return stream_; }
  http1::Connection& connection() { return connection_; }
  Session* next() { return next_; }

 private:
  void look_up_peer() {
    const http::TrustedProxies& proxies = all_.config_.trusted_proxies;
    endpoints_.is_trusted_proxy = !proxies.empty() && proxies.trusts(endpoints_.peer_host);
  }

  Task<void> serve_announced() {
    const bool is_announced = co_await read_header();
    if (is_announced) co_await connection_.serve();
  }

  Task<bool> read_header() {
    if (!all_.config_.trusted_proxies.empty() && !endpoints_.is_trusted_proxy) {
      co_return refuse("this peer is none of --trusted-proxies");
    }
    Buffer input(net::proxy_header_bytes_max);
    stream_.set_deadline(all_.context_.loop.now() + all_.context_.limits.header_timeout);
    for (;;) {
      const net::Io io = stream_.may_read() ? stream_.try_read(input.writable())
                                            : net::Io{net::IoStatus::would_block};
      if (io.status == net::IoStatus::ok) {
        input.commit(io.count);
        const auto is_whole = take_header(input.readable());
        if (!is_whole) co_return refuse(is_whole.error().message);
        if (*is_whole) co_return true;
        continue;
      }
      // Who connects only to see whether somebody listens is no fault worth a line.
      if (io.status != net::IoStatus::would_block) {
        co_return input.empty() ? false : refuse("it ends within its header");
      }
      if (all_.draining_) co_return false;
      const net::IoStatus wait = co_await stream_.readable();
      if (wait == net::IoStatus::timed_out) co_return refuse("its header did not come in time");
      if (wait != net::IoStatus::ok) co_return false;
    }
  }

  // False: more is needed.
  Result<bool> take_header(Bytes input) {
    auto parsed = net::parse_proxy_header(input, all_.config_.proxy_protocol);
    if (!parsed) return pass(std::move(parsed.error()));
    if (!*parsed) return false;
    net::ProxyHeader& header = **parsed;
    if (header.client) {
      endpoints_.peer_host = std::move(header.client->host);
      endpoints_.peer_port = header.client->port;
      look_up_peer();
    }
    stream_.set_deadline(never);
    connection_.begin_with(input.substr(header.size));
    return true;
  }

  bool refuse(std::string_view why) const {
    log::warning("a connection from " + endpoints_.peer_host +
                 " is closed, it has no proper PROXY header: " + std::string(why));
    return false;
  }

  Sessions& all_;
  net::Turnstile::Ticket ticket_;
  const net::OpenedListener& listener_;
  net::SocketStream stream_;
  http::Endpoints endpoints_;
  http1::Connection connection_;
  Session* previous_ = nullptr;
  Session* next_;
};

Task<void> Sessions::run(net::Accepted accepted, http1::WhenIdle when_idle) {
  ++count_;
  bool is_idle = false;
  {
    const bool is_announced = accepted.peer.is_announced;
    Session session(*this, std::move(accepted), when_idle);
    if (const auto watched = session.stream().watch(); watched) {
      if (draining_) session.connection().drain();
      if (when_idle == http1::WhenIdle::leave) session.stream().assume_readable();
      co_await session.serve(is_announced);
      is_idle = session.connection().has_left();
      if (is_idle) accepted = session.leave();
    } else {
      log::warning("a connection was lost: " + watched.error().message);
    }
  }
  --count_;
  owner_.on_session_ended(is_idle ? std::optional(std::move(accepted)) : std::nullopt);
}

void Sessions::start(net::Accepted accepted, http1::WhenIdle when_idle) {
  nursery_.start(run(std::move(accepted), when_idle));
}

void Sessions::drain() {
  draining_ = true;
  for (Session* session = first_; session != nullptr; session = session->next()) {
    session->connection().drain();
  }
}

}  // namespace coachwhip::front
