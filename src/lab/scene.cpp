#include "lab/scene.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <poll.h>
#include <stop_token>
#include <sys/socket.h>
#include <thread>

#include "base/unique_fd.hpp"
#include "lab/answer_head.hpp"
#include "lab/loopback.hpp"

namespace coachwhip::lab {
namespace {

using namespace std::chrono_literals;

constexpr Duration between_clients = 40ms;
constexpr Duration between_requests = 60ms;
constexpr Duration stay = 60ms;  // after the last answer
constexpr Duration slow_request = 600ms;
constexpr Duration scene_max = 8s;
constexpr Duration between_looks = 20ms;
constexpr std::string_view head_end = "\r\n\r\n";

struct Plan {
  std::string_view nature = "";
  std::vector<std::string_view> targets = {"/small.html", "/page.html"};
  Duration sending{};
};

Plan plan_of(unsigned number) {
  if (number == 2) return {.nature = "slow", .targets = {"/small.html"}, .sending = slow_request};
  if (number == 4) return {.nature = "its handler sleeps", .targets = {"/app?ms=300"}};
  return {};
}

// Lives in a thread of its own; every wait ends at the deadline, or when it is told to stop.
class Visitor {
 public:
  Visitor(unsigned number, TimePoint scene_began)
      : plan_(plan_of(number)), scene_began_(scene_began) {
    view_.number = number;
    view_.nature = plan_.nature;
  }

  void visit(std::uint16_t port, const std::stop_token& stop) {
    stop_ = stop;
    pause_until(scene_began_ + between_clients * (view_.number - 1));
    view_.began = Clock::now();
    const bool is_done = connect(port) && ask_all();
    if (is_done) pause_until(Clock::now() + stay);
    if (!is_done && view_.failure.empty()) view_.failure = "was not answered";
    socket_.reset();
    view_.ended = Clock::now();
  }

  ClientView view() { return std::move(view_); }

 private:
  bool is_over() const { return stop_.stop_requested() || Clock::now() > scene_began_ + scene_max; }

  void pause_until(TimePoint until) const {
    while (!is_over() && Clock::now() < until) {
      std::this_thread::sleep_for(std::min(between_looks, until - Clock::now()));
    }
  }

  bool fail(const char* what) {
    view_.failure = std::string(what) + ": " + std::strerror(errno);
    return false;
  }

  bool connect(std::uint16_t port) {
    socket_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address = loopback(port);
    auto* name = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::connect(socket_.get(), name, size) != 0) return fail("connect");
    if (::getsockname(socket_.get(), name, &size) != 0) return fail("getsockname");
    view_.port = ntohs(address.sin_port);
    return true;
  }

  bool ask_all() {
    for (std::size_t i = 0; i < plan_.targets.size(); ++i) {
      if (i > 0) pause_until(Clock::now() + between_requests);
      if (!ask(plan_.targets[i])) return false;
    }
    return true;
  }

  bool ask(std::string_view target) {
    std::string request = "GET " + std::string(target);
    request += target.find('?') == std::string_view::npos ? '?' : '&';
    request += "client=" + std::to_string(view_.number) + " HTTP/1.1\r\nHost: lab\r\n\r\n";
    view_.asks.push_back({.target = std::string(target), .began = Clock::now(), .sent = {}});
    const std::size_t piece = plan_.sending > Duration::zero() ? 1 : request.size();
    const TimePoint began = view_.asks.back().began;
    const auto pieces = static_cast<int>(request.size());
    for (std::size_t done = 0; done < request.size(); done += piece) {
      pause_until(began + plan_.sending * static_cast<int>(done) / pieces);
      if (is_over()) return false;
      if (::send(socket_.get(), request.data() + done, piece, MSG_NOSIGNAL) < 0) {
        return fail("send");
      }
    }
    view_.asks.back().sent = Clock::now();
    return read_answer(view_.asks.back());
  }

  bool read_answer(Ask& ask) {
    std::string answer;
    std::array<char, 65536> bytes{};
    while (!is_over()) {
      pollfd asked{.fd = socket_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&asked, 1, 20) <= 0) continue;
      const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
      if (got < 0) return fail("recv");
      if (got == 0) {
        view_.failure = "the server closed the connection";
        return false;
      }
      answer.append(bytes.data(), static_cast<std::size_t>(got));
      const std::size_t end = answer.find(head_end);
      if (end == std::string::npos) continue;
      const auto head = parse_answer_head(std::string_view(answer).substr(0, end));
      if (!head) {
        view_.failure = "the answer is not of HTTP/1.1";
        return false;
      }
      const std::size_t head_bytes = end + head_end.size();
      if (answer.size() < head_bytes + head->content_length.value_or(0)) continue;
      ask.status = head->status;
      ask.answered = Clock::now();
      return true;
    }
    return false;
  }

  Plan plan_;
  TimePoint scene_began_;
  std::stop_token stop_;
  UniqueFd socket_;
  ClientView view_;
};

}  // namespace

Duration ClientView::longest_wait() const {
  Duration longest{};
  for (const Ask& ask : asks) {
    const TimePoint sent = ask.sent == TimePoint{} ? ended : ask.sent;
    longest = std::max(longest, ask.answered.value_or(ended) - sent);
  }
  return longest;
}

Scene play_scene(std::uint16_t port, const std::function<bool()>& is_over) {
  Scene scene{.began = Clock::now()};
  std::vector<Visitor> visitors;
  for (unsigned number = 1; number <= client_count; ++number) {
    visitors.emplace_back(number, scene.began);
  }
  std::atomic<std::size_t> left = visitors.size();
  {
    std::vector<std::jthread> threads;
    for (Visitor& visitor : visitors) {
      threads.emplace_back([&](const std::stop_token& stop) {
        visitor.visit(port, stop);
        --left;
      });
    }
    while (left > 0 && !is_over()) std::this_thread::sleep_for(between_looks);
  }
  for (Visitor& visitor : visitors) scene.clients.push_back(visitor.view());
  scene.ended = Clock::now();
  return scene;
}

}  // namespace coachwhip::lab
