#include "http/method.hpp"

#include <array>

namespace coachwhip::http {
namespace {

struct Row {
  Bytes name;
  bool safe;
  bool idempotent;
};

constexpr std::array rows{
#define COACHWHIP_METHOD(name, safe, idempotent) Row{#name, safe, idempotent},
#include "http/tables/methods.def"
#undef COACHWHIP_METHOD
    Row{"", false, false},
};

const Row& row(Method method) { return rows[static_cast<std::size_t>(method)]; }

}  // namespace

Method find_method(Bytes text) {
  if (text == "GET") return Method::GET;
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    if (rows[i].name == text) return static_cast<Method>(i);
  }
  return Method::other;
}

Bytes text(Method method) { return row(method).name; }
bool is_safe(Method method) { return row(method).safe; }
bool is_idempotent(Method method) { return row(method).idempotent; }

}  // namespace coachwhip::http
