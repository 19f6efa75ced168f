#include "lab/sample.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace coachwhip::lab {
namespace {

double median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  const std::size_t middle = numbers.size() / 2;
  if (numbers.size() % 2 == 1) return numbers[middle];
  return (numbers[middle - 1] + numbers[middle]) / 2;
}

bool is_same(const Sample& a, const Sample& b) {
  return std::tie(a.experiment, a.model, a.x) == std::tie(b.experiment, b.model, b.x);
}

}  // namespace

std::optional<double> Comparison::find(std::string_view experiment, std::string_view model,
                                       double x, const std::string& value) const {
  for (const Sample& sample : samples) {
    if (sample.experiment != experiment || sample.model != model || sample.x != x) continue;
    const auto found = sample.values.find(value);
    if (found != sample.values.end()) return found->second;
  }
  return std::nullopt;
}

std::vector<double> Comparison::variants(std::string_view experiment) const {
  std::set<double> found;
  for (const Sample& sample : samples) {
    if (sample.experiment == experiment) found.insert(sample.x);
  }
  return {found.begin(), found.end()};
}

std::vector<Sample> medians(const std::vector<Sample>& samples) {
  std::vector<Sample> merged;
  for (const Sample& sample : samples) {
    const auto same = [&](const Sample& other) { return is_same(sample, other); };
    if (std::ranges::any_of(merged, same)) continue;
    std::map<std::string, std::vector<double>> numbers;
    double rounds = 0;
    for (const Sample& other : samples) {
      if (!same(other)) continue;
      ++rounds;
      for (const auto& [name, number] : other.values) numbers[name].push_back(number);
    }
    Sample one{.experiment = sample.experiment, .model = sample.model, .x = sample.x};
    for (const auto& [name, several] : numbers) one.values[name] = median(several);
    one.values["rounds"] = rounds;
    merged.push_back(std::move(one));
  }
  return merged;
}

}  // namespace coachwhip::lab
