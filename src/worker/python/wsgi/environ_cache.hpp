// EnvironCache: environs of earlier requests, found by the header fields that made them.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "exchange/record.hpp"
#include "worker/python/ref.hpp"

namespace coachwhip::python::wsgi {

// The values that differ between requests with equal header fields.
enum class Variable : std::uint8_t {
  request_method,
  path_info,
  query_string,
  request_uri,
  remote_addr,
  remote_port,
  server_protocol,
  count,
};

// An environ that stays here: applications get copies. Between requests it is that of the latest
// one, so that only what differs is made anew.
struct Template {
  Ref dict;
  std::array<PyObject*, static_cast<std::size_t>(Variable::count)> values{};  // owned by `dict`
};

// Direct mapped and bounded. An environ is kept once its key comes for the second time, so that
// requests which never repeat cost only the hash. For one thread.
class EnvironCache {
 public:
  // What the rest of an environ is made of.
  struct Key {
    Bytes header_block;
    Bytes mount;
    Bytes server_host;
    std::uint16_t server_port = 0;
    bool is_tls = false;

    explicit Key(const exchange::RequestView& request);
    std::uint64_t hash() const;
  };

  // nullptr if it is not there.
  Template* find(const Key& key, std::uint64_t hash);
  // Is this the second time that the key was looked for? Then insert() it.
  bool wants(const Key& key, std::uint64_t hash);
  Template* insert(Gil gil, const Key& key, std::uint64_t hash, Template made);

 private:
  static constexpr std::size_t places = 64;
  static constexpr std::size_t header_bytes_max = 8 * 1024;

  struct Entry {
    std::uint64_t hash = 0;
    std::uint64_t last_missed = 0;
    std::string header_block;
    std::string mount;
    std::string server_host;
    std::uint16_t server_port = 0;
    bool is_tls = false;
    Template made;

    bool is(const Key& key) const;
  };

  Entry& entry(std::uint64_t hash) { return entries_[hash % places]; }

  std::array<Entry, places> entries_;
};

}  // namespace coachwhip::python::wsgi
