#include "http/conditional.hpp"

#include <optional>

#include "http/date.hpp"

namespace coachwhip::http {
namespace {

enum class Comparison : std::uint8_t { strong, weak };

constexpr Bytes weak_mark = "W/";

Bytes without_weak_mark(Bytes tag) {
  return tag.starts_with(weak_mark) ? tag.substr(weak_mark.size()) : tag;
}

// RFC 9110 section 8.8.3.2.
bool are_equal(Bytes a, Bytes b, Comparison comparison) {
  if (comparison == Comparison::weak) return without_weak_mark(a) == without_weak_mark(b);
  return a == b && !a.starts_with(weak_mark);
}

// Takes the entity tag at the front of `list`, with the commas and blanks before it; empty at the
// end and at anything that is no entity tag. A tag may hold commas.
Bytes take_tag(Bytes& list) {
  list.remove_prefix(std::min(list.find_first_not_of(", \t"), list.size()));
  const std::size_t quote = list.starts_with(weak_mark) ? weak_mark.size() : 0;
  if (quote >= list.size() || list[quote] != '"') return {};
  const std::size_t end = list.find('"', quote + 1);
  if (end == Bytes::npos) return {};
  const Bytes tag = list.substr(0, end + 1);
  list.remove_prefix(end + 1);
  return tag;
}

bool matches(Bytes list, Bytes etag, Comparison comparison) {
  if (list == "*") return true;
  if (etag.empty()) return false;
  for (Bytes tag = take_tag(list); !tag.empty(); tag = take_tag(list)) {
    if (are_equal(tag, etag, comparison)) return true;
  }
  return false;
}

// A list may be sent as several fields.
bool any_matches(const Headers& headers, HeaderId id, Bytes etag, Comparison comparison) {
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const Field field = headers[i];
    if (field.id == id && matches(field.value, etag, comparison)) return true;
  }
  return false;
}

// A date that is malformed or sent twice is as good as none.
std::optional<WallTime> find_date(const Headers& headers, HeaderId id) {
  return headers.count(id) == 1 ? parse_date(*headers.find(id)) : std::nullopt;
}

bool is_known(WallTime last_modified) { return last_modified != WallTime(); }

// Steps 1 and 2: may the request be carried out at all?
bool is_permitted(const Headers& headers, const Validators& validators) {
  if (headers.count(HeaderId::if_match) > 0) {
    return any_matches(headers, HeaderId::if_match, validators.etag, Comparison::strong);
  }
  const std::optional<WallTime> since = find_date(headers, HeaderId::if_unmodified_since);
  return !since || !is_known(validators.last_modified) || validators.last_modified <= *since;
}

// Steps 3 and 4: does the client have the current content already?
bool is_current(bool reads, const Headers& headers, const Validators& validators) {
  if (headers.count(HeaderId::if_none_match) > 0) {
    return any_matches(headers, HeaderId::if_none_match, validators.etag, Comparison::weak);
  }
  if (!reads) return false;
  const std::optional<WallTime> since = find_date(headers, HeaderId::if_modified_since);
  return since && is_known(validators.last_modified) && validators.last_modified <= *since;
}

}  // namespace

Precondition evaluate(Method method, const Headers& headers, const Validators& validators) {
  const bool reads = method == Method::GET || method == Method::HEAD;
  if (!is_permitted(headers, validators)) return Precondition::failed;
  if (!is_current(reads, headers, validators)) return Precondition::proceed;
  return reads ? Precondition::not_modified : Precondition::failed;
}

bool allows_range(const Headers& headers, const Validators& validators) {
  const std::optional<Bytes> value = headers.find(HeaderId::if_range);
  if (!value) return true;
  if (headers.count(HeaderId::if_range) > 1) return false;
  if (value->starts_with('"')) return are_equal(*value, validators.etag, Comparison::strong);
  const std::optional<WallTime> date = parse_date(*value);
  return date && is_known(validators.last_modified) && *date == validators.last_modified;
}

}  // namespace coachwhip::http
