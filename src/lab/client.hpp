// Client: one connection of the load, and the answer that it reads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace coachwhip::lab {

enum class Failure : std::uint8_t { refused, closed, status, malformed, system };
inline constexpr std::array<std::string_view, 5> failure_names{"refused", "closed", "status",
                                                               "malformed", "system"};

class Client {
 public:
  enum class Step : std::uint8_t { wait, done, failed };

  // To 127.0.0.1. `done`: it is open; `wait`: until its socket is writable, then finish_opening().
  Step open(std::uint16_t port);
  Step finish_opening();
  void close();

  bool is_open() const { return static_cast<bool>(socket_); }
  int descriptor() const { return socket_.get(); }

  // A request, or some bytes of one. It is small, so that the socket takes it at once.
  Step send(std::string_view bytes);
  // `done`: the answer is complete, has status 200 and as many bytes as it said. `scratch` is of
  // use to nobody afterwards.
  Step receive(std::span<char> scratch);

  Failure failure() const { return failure_; }

 private:
  Step fail(Failure failure);
  Step fail_errno(int number);
  Step take(std::string_view bytes);
  Step take_head(std::string_view head);

  UniqueFd socket_;
  std::string head_;            // as long as it is not complete
  std::size_t body_bytes_ = 0;  // that are still to come
  bool has_head_ = false;
  Failure failure_ = Failure::system;
};

}  // namespace coachwhip::lab
