// clients PORT CONNECTIONS SECONDS DEPTH SLOW_ONE_IN: a load generator for what wrk cannot say.
//
// Keep-alive connections; each writes DEPTH requests at once, the next when all are answered.
// One request in SLOW_ONE_IN (0: none) asks for /slow instead of /; the sequence is pseudo-random
// with a fixed seed, the same for every server. Prints one JSON object: latencies of fast and slow
// requests apart, each from the write of its batch to its own answer. Nothing is "corrected".

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <netinet/tcp.h>
#include <random>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kFast = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view kSlow = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";

// A fast request still unanswered at the end counts with its age if it is older than this:
// a server that forgets a connection must not look better for it.
constexpr float kForgottenUs = 10'000;

struct Plan {
  std::uint16_t port;
  unsigned depth;
  unsigned slow_one_in;
};

struct Tally {
  std::vector<float> fast_us;
  std::vector<float> slow_us;
  long errors = 0;  // answers other than 200, connections closed
};

int connect_to(std::uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// Finds where answers end. Remembers the last head: most are equal to the one before.
class Framing {
 public:
  // Bytes of the answer that `bytes` starts with; 0 while its head is not complete.
  std::size_t length_of(std::string_view bytes) {
    if (!head_.empty() && bytes.substr(0, head_.size()) == head_) return length_;
    std::size_t end = bytes.find("\r\n\r\n");
    if (end == bytes.npos) return 0;
    head_ = bytes.substr(0, end + 4);
    length_ = head_.size() + content_length(head_);
    return length_;
  }

 private:
  static std::size_t content_length(std::string lower) {
    for (char& c : lower) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c;
    constexpr std::string_view kName = "\r\ncontent-length:";
    std::size_t field = lower.find(kName);
    if (field == lower.npos) {
      std::fprintf(stderr, "an answer without Content-Length\n");
      std::exit(1);
    }
    return std::strtoul(lower.c_str() + field + kName.size(), nullptr, 10);
  }

  std::string head_;
  std::size_t length_ = 0;
};

class Client {
 public:
  Client(const Plan& plan, int epoll, unsigned seed) : plan_(plan), epoll_(epoll), random_(seed) {
    random_.discard(100);  // the first numbers of neighbouring seeds are alike
    open();
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Writes the next batch. Its latency includes a new connection if the server closed the last.
  void ask() {
    is_slow_.clear();
    requests_.clear();
    for (unsigned i = 0; i < plan_.depth; ++i) {
      is_slow_.push_back(plan_.slow_one_in != 0 && random_() % plan_.slow_one_in == 0);
      requests_ += is_slow_.back() ? kSlow : kFast;
    }
    answered_ = 0;
    asked_ = Clock::now();
    auto sent = send(fd_, requests_.data(), requests_.size(), MSG_NOSIGNAL);
    if (sent < 0) reopen();
  }

  // Reads what came; asks again when all of the batch is answered.
  void read(Tally& tally) {
    char buffer[65536];
    ssize_t got = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      ++tally.errors;
      reopen();
      ask();
      return;
    }
    received_.append(buffer, static_cast<std::size_t>(got));
    take_answers(tally);
    if (answered_ == plan_.depth) ask();
  }

  // Counts the requests that the end of the measurement leaves unanswered.
  void give_up(Tally& tally) const {
    for (std::size_t i = answered_; i < is_slow_.size(); ++i) {
      if (!is_slow_[i] && age_us() > kForgottenUs) tally.fast_us.push_back(age_us());
    }
  }

 private:
  void take_answers(Tally& tally) {
    std::string_view rest = received_;
    float took = age_us();
    while (answered_ < plan_.depth) {
      std::size_t length = framing_.length_of(rest);
      if (length == 0 || rest.size() < length) break;
      if (rest.substr(9, 3) != "200") ++tally.errors;
      (is_slow_[answered_] ? tally.slow_us : tally.fast_us).push_back(took);
      ++answered_;
      rest.remove_prefix(length);
    }
    received_.erase(0, received_.size() - rest.size());
  }

  float age_us() const {
    std::chrono::duration<float, std::micro> age = Clock::now() - asked_;
    return age.count();
  }

  void open() {
    fd_ = connect_to(plan_.port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = this;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd_, &event);
    received_.clear();
  }

  void reopen() {
    close(fd_);
    open();
  }

  const Plan& plan_;
  int epoll_;
  std::minstd_rand random_;
  int fd_ = -1;
  std::vector<bool> is_slow_;  // of the batch in flight
  std::size_t answered_ = 0;   // so many of the batch
  Clock::time_point asked_;
  std::string requests_;
  std::string received_;
  Framing framing_;
};

double percentile(const std::vector<float>& sorted, double share) {
  if (sorted.empty()) return 0;
  auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return static_cast<double>(sorted[std::min(sorted.size() - 1, rank)]);
}

void print(Tally& tally, double seconds) {
  std::sort(tally.fast_us.begin(), tally.fast_us.end());
  std::sort(tally.slow_us.begin(), tally.slow_us.end());
  std::printf("{\"seconds\": %.3f, \"fast\": %zu, \"slow\": %zu, \"errors\": %ld, ", seconds,
              tally.fast_us.size(), tally.slow_us.size(), tally.errors);
  std::printf("\"p50_us\": %.0f, \"p99_us\": %.0f, \"max_us\": %.0f, \"slow_p50_us\": %.0f}\n",
              percentile(tally.fast_us, 0.5), percentile(tally.fast_us, 0.99),
              percentile(tally.fast_us, 1.0), percentile(tally.slow_us, 0.5));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: clients PORT CONNECTIONS SECONDS DEPTH SLOW_ONE_IN\n");
    return 2;
  }
  auto number = [&](int i) { return static_cast<unsigned>(std::atoi(argv[i])); };
  Plan plan{static_cast<std::uint16_t>(number(1)), number(4), number(5)};
  std::chrono::duration<double> seconds(number(3));

  int epoll = epoll_create1(0);
  std::vector<std::unique_ptr<Client>> clients;
  for (unsigned i = 0; i < number(2); ++i) {
    clients.push_back(std::make_unique<Client>(plan, epoll, 1000 + 17 * i));
  }
  Tally tally;
  auto start = Clock::now();
  for (auto& client : clients) client->ask();
  while (Clock::now() - start < seconds) {
    epoll_event events[256];
    int ready = epoll_wait(epoll, events, 256, 50);
    for (int i = 0; i < ready; ++i) static_cast<Client*>(events[i].data.ptr)->read(tally);
  }
  std::chrono::duration<double> took = Clock::now() - start;
  for (auto& client : clients) client->give_up(tally);
  print(tally, took.count());
}
