#include "handlers/files/hidden_name.hpp"

#include <algorithm>
#include <array>

namespace coachwhip::handlers::files {
namespace {

constexpr std::array<Bytes, 5> leftovers{".bak", ".orig", ".rej", ".swp", ".swo"};
constexpr std::array<Bytes, 3> folders{"__pycache__", "CVS", "_darcs"};
constexpr Bytes configuration = "coachwhip.toml";

bool ends_with_ignoring_case(Bytes text, Bytes end) {
  return text.size() >= end.size() &&
         equal_ignoring_case(text.substr(text.size() - end.size()), end);
}

bool is_hidden_segment(Bytes segment) {
  if (segment.starts_with('.')) return true;
  segment = segment.substr(0, segment.find_last_not_of(". ") + 1);
  if (segment.ends_with('~')) return true;
  if (segment.size() > 1 && segment.starts_with('#') && segment.ends_with('#')) return true;
  return std::ranges::find(folders, segment) != folders.end() ||
         equal_ignoring_case(segment, configuration) ||
         std::ranges::any_of(leftovers,
                             [&](Bytes end) { return ends_with_ignoring_case(segment, end); });
}

}  // namespace

bool is_hidden(Bytes name) {
  constexpr Bytes well_known = ".well-known/";
  if (name.starts_with(well_known)) name.remove_prefix(well_known.size());
  while (!name.empty()) {
    const std::size_t end = std::min(name.find('/'), name.size());
    if (is_hidden_segment(name.substr(0, end))) return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

bool is_public(Bytes path) {
  if (!path.starts_with('/') || path.contains('\0') || path.contains("//")) return false;
  return !is_hidden(path.substr(1));
}

}  // namespace coachwhip::handlers::files
