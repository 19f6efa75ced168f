// Limits: the bounds within which a client may use the server. Defaults are safe for the open
// internet.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace coachwhip::http {

struct Limits {
  std::size_t request_line_bytes_max = 8 * 1024;
  std::size_t header_bytes_max = 16 * 1024;     // all fields together; as many of trailers
  std::size_t header_fields_max = 100;          // and as many of trailers
  std::size_t chunk_extension_bytes_max = 256;  // of one chunk; of a body 64 times as many
  std::uint64_t body_bytes_max = std::uint64_t{4} << 30;
  std::uint64_t requests_per_connection_max = 0;       // 0: no bound
  Duration header_timeout = std::chrono::seconds(10);  // from the first byte of a head to its end
  Duration idle_timeout = std::chrono::seconds(60);    // between requests
  // How long a client is waited for in the middle of a body or of an answer; bytes that it moves
  // earn some of it back, so many a second (0: any byte earns all).
  Duration body_timeout = std::chrono::seconds(30);
  Duration write_timeout = std::chrono::seconds(30);
  std::uint64_t body_rate_min = 240;
  std::uint64_t write_rate_min = 240;
};

}  // namespace coachwhip::http
