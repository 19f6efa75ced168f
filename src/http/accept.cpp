#include "http/accept.hpp"

#include <optional>

#include "http/quality.hpp"

namespace coachwhip::http {
namespace {

// 3: the type itself, 2: "text/*", 1: "*/*", 0: none of them.
int precision(Bytes range, Bytes type) {
  if (equal_ignoring_case(range, type)) return 3;
  if (range == "*/*") return 1;
  if (!range.ends_with("/*")) return 0;
  const Bytes group = range.substr(0, range.size() - 1);
  return equal_ignoring_case(group, type.substr(0, group.size())) ? 2 : 0;
}

// The weight among the parameters, which is 1 if it is not said.
std::optional<int> find_weight(Bytes parameters) {
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    const Bytes parameter = trim(parameters.substr(0, end));
    if (equal_ignoring_case(parameter.substr(0, 2), "q=")) {
      return parse_quality(parameter.substr(2));
    }
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return quality_max;
}

}  // namespace

Acceptance find_acceptance(const Headers& headers, Bytes type) {
  Acceptance found;
  int best = 0;
  bool is_said = false;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const Field field = headers[i];
    if (!equal_ignoring_case(field.name, "Accept")) continue;
    is_said = true;
    for_each_member(field.value, [&](Bytes member) {
      const std::size_t end = std::min(member.find(';'), member.size());
      const int here = precision(trim(member.substr(0, end)), type);
      const std::optional<int> weight = find_weight(member.substr(end));
      if (here <= best || !weight) return true;
      best = here;
      found = {.quality = *weight, .is_named = here == 3};
      return true;
    });
  }
  return is_said ? found : Acceptance{.quality = quality_max};
}

}  // namespace coachwhip::http
