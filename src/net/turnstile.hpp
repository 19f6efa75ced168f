// Turnstile: counts the connections of a process, all together and those of each client, and lets
// in no more than there may be.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/ip_address.hpp"
#include "base/occasion.hpp"

namespace coachwhip::net {

struct TurnstileLimits {
  std::size_t connections_max = 0;     // 0: no bound
  std::size_t per_client_max = 0;      // 0: no bound
  std::vector<IpNetwork> exempt = {};  // from the bound of each client, as are loopback addresses
};

class Listener;

// Thread-safe. Outlives its tickets and its listeners.
class Turnstile final {
 public:
  // A place among all connections and one among those of its client, free again when the ticket
  // ends. An empty one has none.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept
        : turnstile_(std::exchange(other.turnstile_, nullptr)), client_(other.client_) {}
    Ticket& operator=(Ticket other) noexcept {
      std::swap(turnstile_, other.turnstile_);
      std::swap(client_, other.client_);
      return *this;
    }
    ~Ticket() {
      if (turnstile_ != nullptr) turnstile_->leave(client_);
    }
    explicit operator bool() const { return turnstile_ != nullptr; }

   private:
    friend class Turnstile;
    explicit Ticket(Turnstile& turnstile) : turnstile_(&turnstile) {}

    Turnstile* turnstile_ = nullptr;
    std::uint64_t client_ = nobody;
  };

  explicit Turnstile(TurnstileLimits limits);
  ~Turnstile();
  Turnstile(const Turnstile&) = delete;
  Turnstile& operator=(const Turnstile&) = delete;

  // Empty: all places are taken.
  Ticket enter();
  // Whether there is a place or not.
  Ticket enter_anyway();
  // The one with this ticket is that client. False: it has as many connections as it may.
  bool count(Ticket& ticket, const IpAddress& client);

  // For processes that are forked from the one that made the turnstile and have one connection at a
  // time: the clients of all such processes are counted together. Who had the place before has
  // ended, however that was.
  void share(std::size_t place);

  // For the log, which has a line a minute of each at most.
  void note_wait(std::string_view reason, TimePoint now);
  void note_refusal(const IpAddress& client, TimePoint now);

  void add(Listener& listener);
  void remove(Listener& listener);
  // Somebody waits for whom this listener has no place; others may have idle connections.
  void ask_others(const Listener& listener);

  std::size_t connections_max() const { return limits_.connections_max; }

 private:
  static constexpr std::uint64_t nobody = 0;

  // Clients are spread over the shards by a secret, and so hardly two threads meet in one.
  struct alignas(64) Shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, std::size_t> connections;
  };

  bool count_here(std::uint64_t client);
  bool count_shared(std::uint64_t client);
  void leave(std::uint64_t client);
  std::uint64_t name_of(const IpAddress& client) const;
  Shard& shard_of(std::uint64_t client) { return shards_[client >> 58]; }

  TurnstileLimits limits_;
  std::uint64_t secret_;
  std::atomic<std::size_t> connections_{0};
  std::array<Shard, 64> shards_;
  std::span<std::atomic<std::uint64_t>> places_;  // whose clients; in memory that is shared
  std::atomic<std::uint64_t>* place_ = nullptr;   // of this process
  Occasion waits_;
  Occasion refusals_;
  std::mutex listeners_mutex_;
  std::vector<Listener*> listeners_;
};

}  // namespace coachwhip::net
