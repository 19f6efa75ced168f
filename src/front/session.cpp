#include "front/session.hpp"

#include "base/log.hpp"

namespace coachwhip::front {

class Sessions::Session {
 public:
  Session(Sessions& all, net::Accepted accepted, http1::WhenIdle when_idle)
      : all_(all),
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
    return {stream_.release(),
            {std::move(endpoints_.peer_host), endpoints_.peer_port},
            &listener_,
            connection_.requests()};
  }

  net::SocketStream& stream() { return stream_; }
  http1::Connection& connection() { return connection_; }
  Session* next() { return next_; }

 private:
  Sessions& all_;
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
    Session session(*this, std::move(accepted), when_idle);
    if (const auto watched = session.stream().watch(); watched) {
      if (draining_) session.connection().drain();
      if (when_idle == http1::WhenIdle::leave) session.stream().assume_readable();
      co_await session.connection().serve();
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
