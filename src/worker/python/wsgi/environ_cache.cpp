#include "worker/python/wsgi/environ_cache.hpp"

#include <cstring>

namespace coachwhip::python::wsgi {
namespace {

constexpr std::uint64_t odd_a = 0x9e3779b97f4a7c15ULL;
constexpr std::uint64_t odd_b = 0xd6e8feb86659fd93ULL;

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// Fast rather than unguessable: whoever makes keys collide makes only his own requests slower,
// since equality is decided by comparing the bytes.
std::uint64_t hash_bytes(Bytes text, std::uint64_t seed) {
  std::uint64_t first = seed ^ text.size();
  std::uint64_t second = odd_b;
  // Two chains, so that the multiplications of one run while those of the other finish.
  while (text.size() >= 32) {
    first = fold(first ^ load(text.data()), odd_a ^ load(text.data() + 8));
    second = fold(second ^ load(text.data() + 16), odd_b ^ load(text.data() + 24));
    text.remove_prefix(32);
  }
  std::array<char, 32> rest{};
  if (!text.empty()) std::memcpy(rest.data(), text.data(), text.size());
  first = fold(first ^ load(rest.data()), odd_a ^ load(rest.data() + 8));
  second = fold(second ^ load(rest.data() + 16), odd_b ^ load(rest.data() + 24));
  return fold(first ^ odd_b, second ^ odd_a);
}

}  // namespace

EnvironCache::Key::Key(const exchange::RequestView& request)
    : header_block(request.header_block),
      mount(request.path.substr(0, request.mount_size)),
      server_host(request.server_host),
      server_port(request.server_port),
      is_tls(request.is_tls) {}

// Of the header fields alone: the rest hardly ever differs between requests to one application.
std::uint64_t EnvironCache::Key::hash() const { return hash_bytes(header_block, odd_a); }

bool EnvironCache::Entry::is(const Key& key) const {
  return made.dict && header_block == key.header_block && mount == key.mount &&
         server_host == key.server_host && server_port == key.server_port && is_tls == key.is_tls;
}

Template* EnvironCache::find(const Key& key, std::uint64_t hash) {
  Entry& candidate = entry(hash);
  return candidate.hash == hash && candidate.is(key) ? &candidate.made : nullptr;
}

bool EnvironCache::wants(const Key& key, std::uint64_t hash) {
  if (key.header_block.size() > header_bytes_max) return false;
  return std::exchange(entry(hash).last_missed, hash) == hash;
}

Template* EnvironCache::insert(Gil, const Key& key, std::uint64_t hash, Template made) {
  Entry& into = entry(hash);
  into.hash = hash;
  into.header_block = key.header_block;
  into.mount = key.mount;
  into.server_host = key.server_host;
  into.server_port = key.server_port;
  into.is_tls = key.is_tls;
  into.made = std::move(made);
  return &into.made;
}

}  // namespace coachwhip::python::wsgi
