#include "http/request.hpp"

namespace coachwhip::http {

std::string format_request_id(std::uint64_t id) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, id >>= 4) {
    *digit = "0123456789abcdef"[id & 0xf];
  }
  return text;
}

}  // namespace coachwhip::http
