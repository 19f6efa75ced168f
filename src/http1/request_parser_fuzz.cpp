// Any bytes: a request head is read or refused, and the same whole, byte by byte and in random
// pieces. What is read keeps the promises that the rest of the server relies on.
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "base/assert.hpp"
#include "http/uri.hpp"
#include "http1/parse_in_pieces.hpp"

using namespace coachwhip;

namespace {

// Small bounds, so that short inputs reach them.
http::Limits small_limits() {
  http::Limits limits;
  limits.request_line_bytes_max = 200;
  limits.header_bytes_max = 400;
  limits.header_fields_max = 12;
  return limits;
}

std::vector<std::size_t> random_cuts(Bytes input) {
  std::minstd_rand random(static_cast<unsigned>(std::hash<Bytes>()(input)));
  std::vector<std::size_t> cuts;
  for (std::size_t at = random() % 8; at < input.size(); at += 1 + random() % 32)
    cuts.push_back(at);
  return cuts;
}

std::vector<std::size_t> every_cut(Bytes input) {
  std::vector<std::size_t> cuts;
  for (std::size_t at = 0; at < std::min<std::size_t>(input.size(), 600); ++at) cuts.push_back(at);
  return cuts;
}

void check_head(const http1::RequestHead& head) {
  COACHWHIP_ASSERT(http::is_token(head.method_text));
  COACHWHIP_ASSERT(head.raw_path.starts_with('/') || head.raw_path == "*");
  COACHWHIP_ASSERT(head.minor_version == 0 || http::is_authority(head.host));
  COACHWHIP_ASSERT(head.framing != http1::Framing::chunked || head.minor_version == 1);
  for (std::size_t i = 0; i < head.headers.size(); ++i) {
    const http::Field field = head.headers[i];
    COACHWHIP_ASSERT(http::is_token(field.name) && http::is_field_value(field.value));
    COACHWHIP_ASSERT(field.id == http::find_header_id(field.name));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const char*>(data), size);
  const http::Limits limits = small_limits();
  const std::string whole = http1::parse_in_pieces(input, {}, limits);
  COACHWHIP_ASSERT(http1::parse_in_pieces(input, random_cuts(input), limits) == whole);
  COACHWHIP_ASSERT(http1::parse_in_pieces(input, every_cut(input), limits) == whole);

  http1::RequestParser parser(limits);
  const auto parsed = parser.parse(input);
  if (parsed && *parsed) check_head(parser.head());
  return 0;
}
