// Any bytes as the head of an answer: they are refused, or what is taken from them is sound.
#include <cstdint>

#include "base/assert.hpp"
#include "exchange/record.hpp"

namespace coachwhip::exchange {
namespace {

void check(const Reply& reply) {
  COACHWHIP_ASSERT(reply.status >= 200 && reply.status <= 999);
  COACHWHIP_ASSERT(http::is_field_value(reply.reason));
  std::size_t size = 0;
  for (std::size_t i = 0; i < reply.headers.size(); ++i) {
    const http::Field field = reply.headers[i];
    COACHWHIP_ASSERT(http::is_token(field.name) && http::is_field_value(field.value));
    COACHWHIP_ASSERT(field.id != http::HeaderId::transfer_encoding);
    COACHWHIP_ASSERT(field.id != http::HeaderId::content_length);
    size += field.name.size() + field.value.size() + 4;
  }
  COACHWHIP_ASSERT(size == reply.headers.block().size());
}

}  // namespace
}  // namespace coachwhip::exchange

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto reply = coachwhip::exchange::read_reply({reinterpret_cast<const char*>(data), size});
  if (reply) coachwhip::exchange::check(*reply);
  return 0;
}
