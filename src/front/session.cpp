#include "front/session.hpp"

#include "base/log.hpp"

namespace coachwhip::front {

class Sessions::Session {
 public:
  Session(Sessions& all, net::Accepted accepted, const net::OpenedListener& server)
      : all_(all),
        stream_(all.context_.loop, std::move(accepted.socket)),
        endpoints_{.peer_host = std::move(accepted.peer.host),
                   .peer_port = accepted.peer.port,
                   .server_host = server.host,
                   .server_port = server.port},
        connection_(stream_, endpoints_, all.context_),
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

  net::SocketStream& stream() { return stream_; }
  http1::Connection& connection() { return connection_; }
  Session* next() { return next_; }

 private:
  Sessions& all_;
  net::SocketStream stream_;
  http::Endpoints endpoints_;
  http1::Connection connection_;
  Session* previous_ = nullptr;
  Session* next_;
};

Task<void> Sessions::run(net::Accepted accepted, const net::OpenedListener& server) {
  ++count_;
  {
    Session session(*this, std::move(accepted), server);
    if (const auto watched = session.stream().watch(); watched) {
      if (draining_) session.connection().drain();
      co_await session.connection().serve();
    } else {
      log::warning("a connection was lost: " + watched.error().message);
    }
  }
  --count_;
  owner_.on_session_ended();
}

void Sessions::start(net::Accepted accepted, const net::OpenedListener& server) {
  nursery_.start(run(std::move(accepted), server));
}

void Sessions::drain() {
  draining_ = true;
  for (Session* session = first_; session != nullptr; session = session->next()) {
    session->connection().drain();
  }
}

}  // namespace coachwhip::front
