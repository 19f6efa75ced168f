#include "supervisor/supervisor.hpp"

#include <cerrno>
#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

#include "supervisor/server.hpp"

namespace coachwhip::supervisor {
namespace {

Result<void> go_to(const std::string& folder) {
  if (folder.empty() || ::chdir(folder.c_str()) == 0) return {};
  return fail_errno("cannot change to the folder " + folder, errno);
}

// Every connection takes a descriptor of the front.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<int> serve(const config::Config& config, Inheritance& inheritance) {
  auto poller = loop::make_epoll_poller();
  if (!poller) return pass(std::move(poller.error()));
  auto loop = loop::Loop::make(std::move(*poller));
  if (!loop) return pass(std::move(loop.error()));
  Server server(**loop, config, inheritance);
  auto started = server.start();
  if (!started) return pass(std::move(started.error()));
  return server.run();
}

Result<int> open_and_serve(const config::Config& config) {
  auto moved = go_to(config.chdir);
  if (!moved) return pass(std::move(moved.error()));
  auto inheritance = Inheritance::open(config);
  if (!inheritance) return pass(std::move(inheritance.error()));
  auto exit_code = serve(config, *inheritance);
  inheritance->stop_listening();
  return exit_code;
}

}  // namespace

int run(const config::Config& config) {
  // A log that nobody reads any more is no reason to end.
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  auto exit_code = open_and_serve(config);
  if (exit_code) return *exit_code;
  log::error(exit_code.error().message);
  return 2;
}

}  // namespace coachwhip::supervisor
