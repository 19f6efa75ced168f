// Where the servers of the lab listen.
#pragma once

#include <cstdint>
#include <netinet/in.h>

namespace coachwhip::lab {

// 127.0.0.1; port 0 lets the kernel choose.
inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace coachwhip::lab
