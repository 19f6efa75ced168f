// PROXY headers of version 2 for tests.
#pragma once

#include <cstdint>
#include <string>

namespace coachwhip::net {

inline std::string proxy_v2(std::uint8_t version_and_command, std::uint8_t family,
                            const std::string& block) {
  std::string bytes("\r\n\r\n\0\r\nQUIT\n", 12);
  bytes += static_cast<char>(version_and_command);
  bytes += static_cast<char>(family);
  bytes += static_cast<char>(block.size() >> 8);
  bytes += static_cast<char>(block.size() & 0xff);
  return bytes + block;
}

}  // namespace coachwhip::net
