// Any conditional fields against any validators: what is decided keeps to RFC 9110 section 13.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "http/conditional.hpp"
#include "http/date.hpp"

using namespace coachwhip;
using http::HeaderId;
using http::Method;
using http::Precondition;

namespace {

constexpr WallTime modified = WallTime(std::chrono::seconds(784'111'777));

// What nobody asked is carried out, and 304 is for reading only.
void check_decision(const http::Headers& headers, const http::Validators& validators) {
  for (const Method method : {Method::GET, Method::HEAD, Method::POST, Method::OPTIONS}) {
    const Precondition decided = http::evaluate(method, headers, validators);
    const bool reads = method == Method::GET || method == Method::HEAD;
    COACHWHIP_ASSERT(decided != Precondition::not_modified || reads);
    COACHWHIP_ASSERT(!headers.empty() || decided == Precondition::proceed);
    // A weak tag is never the same as another for If-Match (section 8.8.3.2).
    const auto if_match = headers.find(HeaderId::if_match);
    if (validators.etag.starts_with("W/") && if_match && *if_match != "*" &&
        headers.count(HeaderId::if_match) == 1) {
      COACHWHIP_ASSERT(decided == Precondition::failed);
    }
  }
}

// Whoever has the current content gets no second copy of it.
void check_current(Bytes etag, const http::Validators& validators) {
  http::Headers same;
  same.add(HeaderId::if_none_match, etag);
  COACHWHIP_ASSERT(http::evaluate(Method::GET, same, validators) == Precondition::not_modified);
  COACHWHIP_ASSERT(http::evaluate(Method::POST, same, validators) == Precondition::failed);
  http::Headers range;
  range.add(HeaderId::if_range, etag);
  COACHWHIP_ASSERT(http::allows_range(range, validators) == !etag.starts_with("W/"));
}

}  // namespace

// Lines: a letter for the field, and its value. The validators are fixed, weak if the first byte is
// odd.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
  if (length == 0) return 0;
  const Bytes etag = data[0] % 2 == 0 ? "\"abc,d\"" : "W/\"abc,d\"";
  const bool has_date = data[0] % 4 < 2;
  const http::Validators validators{etag, has_date ? modified : WallTime()};
  constexpr HeaderId ids[] = {HeaderId::if_match, HeaderId::if_none_match, HeaderId::if_range,
                              HeaderId::if_modified_since, HeaderId::if_unmodified_since};
  http::Headers headers;
  Bytes rest(reinterpret_cast<const char*>(data) + 1, length - 1);
  while (!rest.empty()) {
    const Bytes line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty() || !http::is_field_value(line.substr(1))) continue;
    headers.add(ids[static_cast<unsigned char>(line[0]) % std::size(ids)], trim(line.substr(1)));
  }
  check_decision(headers, validators);
  const bool allows = http::allows_range(headers, validators);
  COACHWHIP_ASSERT(allows || headers.count(HeaderId::if_range) > 0);
  check_current(etag, validators);
  return 0;
}
