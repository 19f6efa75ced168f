#include "net/turnstile.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <sys/mman.h>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "net/listener.hpp"

namespace coachwhip::net {
namespace {

constexpr std::size_t places_bytes = 4096;
constexpr Bytes loopback_v4("\x7f\0\0\0", 4);
constexpr Bytes loopback_v6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);

std::uint64_t make_secret() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

std::uint64_t number(const std::uint8_t* octets) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | octets[i];
  return value;
}

}  // namespace

Turnstile::Turnstile(TurnstileLimits limits) : limits_(std::move(limits)), secret_(make_secret()) {
  limits_.exempt.push_back({ip_address_of(loopback_v4), 96 + 8});
  limits_.exempt.push_back({ip_address_of(loopback_v6), 128});
  void* const page = ::mmap(nullptr, places_bytes, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  COACHWHIP_ASSERT(page != MAP_FAILED);
  places_ = {static_cast<std::atomic<std::uint64_t>*>(page), places_bytes / sizeof(std::uint64_t)};
}

Turnstile::~Turnstile() { ::munmap(places_.data(), places_bytes); }

void Turnstile::share(std::size_t place) {
  place_ = &places_[place];
  place_->store(nobody);
}

Turnstile::Ticket Turnstile::enter() {
  const std::size_t before = connections_.fetch_add(1, std::memory_order_relaxed);
  if (limits_.connections_max == 0 || before < limits_.connections_max) return Ticket(*this);
  connections_.fetch_sub(1, std::memory_order_relaxed);
  return {};
}

Turnstile::Ticket Turnstile::enter_anyway() {
  connections_.fetch_add(1, std::memory_order_relaxed);
  return Ticket(*this);
}

// Of IPv6 the first 64 bits, which is what one customer has at least: the last ones are its own to
// choose. IPv4 has the numbers of a network that is reserved. Each number stands for itself alone,
// but nobody can tell which ones fall together in a table.
std::uint64_t Turnstile::name_of(const IpAddress& client) const {
  const std::uint64_t plain = client.is_v4() ? number(&client.octets[8])
                                             : number(&client.octets[0]);
  std::uint64_t mixed = (plain ^ secret_) * 0x9e3779b97f4a7c15;
  mixed ^= mixed >> 32;
  mixed *= 0xd6e8feb86659fd93;
  return mixed == nobody ? 1 : mixed;
}

bool Turnstile::count(Ticket& ticket, const IpAddress& client) {
  if (limits_.per_client_max == 0) return true;
  const bool is_exempt = std::ranges::any_of(
      limits_.exempt, [&](const IpNetwork& network) { return network.holds(client); });
  if (is_exempt) return true;
  const std::uint64_t name = name_of(client);
  if (place_ != nullptr ? !count_shared(name) : !count_here(name)) return false;
  ticket.client_ = name;
  return true;
}

bool Turnstile::count_here(std::uint64_t client) {
  Shard& shard = shard_of(client);
  const std::lock_guard lock(shard.mutex);
  std::size_t& connections = shard.connections[client];
  if (connections >= limits_.per_client_max) return false;
  ++connections;
  return true;
}

bool Turnstile::count_shared(std::uint64_t client) {
  place_->store(client);
  const auto connections = std::ranges::count_if(
      places_, [client](const auto& place) { return place.load() == client; });
  if (static_cast<std::size_t>(connections) <= limits_.per_client_max) return true;
  place_->store(nobody);
  return false;
}

void Turnstile::leave(std::uint64_t client) {
  connections_.fetch_sub(1, std::memory_order_relaxed);
  if (client == nobody) return;
  if (place_ != nullptr) return place_->store(nobody);
  Shard& shard = shard_of(client);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.connections.find(client);
  if (--found->second == 0) shard.connections.erase(found);
}

void Turnstile::note_wait(std::string_view reason, TimePoint now) {
  if (!waits_.happened(now)) return;
  log::warning("no connection can be accepted for the moment: " + std::string(reason));
}

void Turnstile::note_refusal(const IpAddress& client, TimePoint now) {
  const auto times = refusals_.happened(now);
  if (!times) return;
  const std::string others = *times > 1 ? " (" + std::to_string(*times) + " since the last line)"
                                        : std::string();
  log::warning("a connection of " + client.text() + " was closed, it has " +
               std::to_string(limits_.per_client_max) + " already" + others +
               "; if that is a proxy, name it in --trusted-proxies, or else raise "
               "--max-connections-per-client");
}

void Turnstile::add(Listener& listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.push_back(&listener);
}

void Turnstile::remove(Listener& listener) {
  const std::lock_guard lock(listeners_mutex_);
  std::erase(listeners_, &listener);
}

void Turnstile::ask_others(const Listener& listener) {
  const std::lock_guard lock(listeners_mutex_);
  for (Listener* other : listeners_) {
    if (other->is_of_another_loop(listener)) other->look_soon();
  }
}

}  // namespace coachwhip::net
