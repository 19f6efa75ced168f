#include "config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace coachwhip::config {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);  // distances from the part of `a` seen so far
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

const Option& nearest_option(std::string_view name) {
  return *std::ranges::min_element(
      options, {}, [name](const Option& option) { return edit_distance(name, option.name); });
}

}  // namespace coachwhip::config
