// Conditional requests (RFC 9110 section 13): all five fields, in the order of section 13.2.2.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "http/headers.hpp"
#include "http/method.hpp"

namespace coachwhip::http {

struct Validators {
  Bytes etag;  // with quotes; empty: none
  // Whole seconds, a strong validator (section 8.8.2.2); the epoch: there is none.
  WallTime last_modified{};
};

enum class Precondition : std::uint8_t { proceed, not_modified, failed };

Precondition evaluate(Method method, const Headers& headers, const Validators& validators);

// Does If-Range (or its absence) allow a Range to be honoured?
bool allows_range(const Headers& headers, const Validators& validators);

}  // namespace coachwhip::http
