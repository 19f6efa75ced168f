#include "models/children.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/log.hpp"

namespace coachwhip::models {

// Its end shows in the control line: nobody else has the other end.
class Children::Child final : private loop::Watcher {
 public:
  Child(Children& all, std::size_t place, UniqueFd control)
      : all_(all), place_(place), control_(std::move(control)) {}
  ~Child() { all_.loop_.poller().remove(control_.get(), *this); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  Result<void> watch() {
    return all_.loop_.poller().add(control_.get(), *this, loop::Trigger::level);
  }
  int control() const { return control_.get(); }
  void set_pid(pid_t pid) { pid_ = pid; }

  Ending wait() const {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    return Ending(status);
  }

 private:
  void on_ready(loop::Readiness) override {
    ControlMessage message;
    const ssize_t got = ::recv(control_.get(), &message, sizeof message, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno == ECONNRESET)) all_.ended(place_);
  }

  Children& all_;
  std::size_t place_;
  UniqueFd control_;
  pid_t pid_ = 0;
};

Children::Children(loop::Loop& loop, std::size_t places, Owner& owner)
    : loop_(loop), owner_(owner), children_(places) {}

Children::~Children() = default;

Result<void> Children::start(std::size_t place, std::vector<int> descriptors,
                             const std::function<Result<void>(int control)>& body) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail_errno("socketpair", errno);
  }
  auto child = std::make_unique<Child>(*this, place, UniqueFd(ends[0]));
  const UniqueFd its_end(ends[1]);
  auto watched = child->watch();
  if (!watched) return watched;
  descriptors.push_back(its_end.get());
  auto pid = start_child(std::move(descriptors), [&] {
    // As in every process of the front: only the supervisor knows when it may end.
    for (const int signal : {SIGTERM, SIGPIPE}) std::signal(signal, SIG_IGN);
    const auto done = body(its_end.get());
    if (!done) log::error(done.error().message);
    return done ? 0 : 1;
  });
  if (!pid) return pass(std::move(pid.error()));
  child->set_pid(*pid);
  children_[place] = std::move(child);
  ++count_;
  return {};
}

void Children::ended(std::size_t place) {
  const auto child = std::move(children_[place]);
  --count_;
  owner_.on_child_ended(place, child->wait());
}

void Children::tell_all(const ControlMessage& message) {
  for (const auto& child : children_) {
    if (child) send_control(child->control(), message);
  }
}

}  // namespace coachwhip::models
