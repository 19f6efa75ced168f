#include "front/seat.hpp"

#include <random>

#include "base/log.hpp"

namespace coachwhip::front {
namespace {

// Request ids are unique in a server: a random start, and a range of its own for each seat.
std::uint64_t first_request_id(std::size_t place) {
  std::random_device random;
  return std::uint64_t{random()} << 32 | static_cast<std::uint64_t>(place) << 26;
}

}  // namespace

// The eventfd by which workers end the loop's sleep. What they have to say is found in the
// exchange.
class Seat::WakeUp final : private loop::Watcher {
 public:
  WakeUp(loop::Loop& loop, int fd) : loop_(loop), fd_(fd) {}
  ~WakeUp() { loop_.poller().remove(fd_, *this); }
  Result<void> watch() { return loop_.poller().add(fd_, *this, loop::Trigger::counter); }

 private:
  void on_ready(loop::Readiness) override {}

  loop::Loop& loop_;
  int fd_;
};

Seat::Seat(const Setup& setup, net::Turnstile& turnstile, std::size_t place,
           std::unique_ptr<loop::Loop> loop, Site site, int access_log)
    : setup_(setup),
      turnstile_(turnstile),
      connections_max_(setup.config.model->connections_max),
      loop_(std::move(loop)),
      site_(std::move(site)),
      context_(*loop_, *site_.root, setup.config.limits, first_request_id(place)),
      sessions_(setup.config, context_, *this),
      wake_up_(std::make_unique<WakeUp>(*loop_, setup.wake_fds[place])) {
  context_.trusted_proxies = &setup.config.trusted_proxies;
  if (access_log < 0) return;
  access_log_ = std::make_unique<AccessLog>(*loop_, access_log, setup.config.access_log.format);
  context_.observer = access_log_.get();
}

Seat::~Seat() = default;

Result<std::unique_ptr<models::Seat>> Seat::make(const Setup& setup, net::Turnstile& turnstile,
                                                 std::size_t place, int access_log,
                                                 compress::Compressor* compressor) {
  auto loop = loop::Loop::make(setup.config.model->make_poller());
  if (!loop) return pass(std::move(loop.error()));
  auto site = build_site(setup, place, **loop, compressor);
  if (!site) return pass(std::move(site.error()));
  std::unique_ptr<Seat> made(
      new Seat(setup, turnstile, place, std::move(*loop), std::move(*site), access_log));
  auto watched = made->wake_up_->watch();
  if (!watched) return pass(std::move(watched.error()));
  return made;
}

Result<void> Seat::open_doors() {
  net::Acceptor& acceptor = *this;
  doors_.emplace(*loop_, setup_.listeners, acceptor, turnstile_);
  return doors_->open();
}

bool Seat::is_full() const {
  return connections_max_ != 0 && sessions_.count() >= connections_max_;
}

void Seat::on_accept(net::Accepted accepted) {
  sessions_.start(std::move(accepted));
  if (is_paused_ || !is_full()) return;
  is_paused_ = true;
  doors_->pause();
}

void Seat::serve(net::Accepted connection) { sessions_.start(std::move(connection)); }

void Seat::serve_once(net::Accepted connection, Host& host) {
  host_ = &host;
  sessions_.start(std::move(connection), http1::WhenIdle::leave);
}

void Seat::on_session_ended(std::optional<net::Accepted> idle) {
  if (host_ != nullptr) return host_->on_return(*this, std::move(idle));
  if (doors_) doors_->room_was_made();
  if (!is_paused_ || is_full()) return;
  is_paused_ = false;
  doors_->resume();
}

void Seat::drain() {
  connections_max_ = 0;  // who waits is accepted and served
  is_paused_ = false;
  if (doors_) doors_->close();
  sessions_.drain();
  finish();
}

void Seat::finish() {
  if (!std::exchange(is_finishing_, true)) nursery_.start(end());
}

Task<void> Seat::end() {
  co_await sessions_.ended();
  loop_->stop();
}

void Seat::worker_gone(std::size_t app, std::uint32_t owner) {
  if (app < site_.lanes.size()) site_.lanes[app]->worker_gone(owner);
}

}  // namespace coachwhip::front
