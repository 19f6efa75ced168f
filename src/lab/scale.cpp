#include "lab/scale.hpp"

#include <algorithm>
#include <cmath>

namespace coachwhip::lab {
namespace {

constexpr double marks_wanted = 5;

// 1, 2 or 5 of a power of ten.
double round_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (step <= factor * power) return factor * power;
  }
  return 10 * power;
}

std::vector<double> linear_marks(double high) {
  const double step = round_step(high / marks_wanted);
  std::vector<double> marks{0};
  for (int i = 1; marks.back() < high; ++i) marks.push_back(i * step);
  return marks;
}

// Powers of ten, and if those are few, 2 and 5 of them.
std::vector<double> logarithmic_marks(double low, double high) {
  const double first = std::floor(std::log10(low));
  const double last = std::ceil(std::log10(high));
  std::vector<double> factors{1};
  if (last - first <= 3) factors = {1, 2, 5};
  std::vector<double> marks;
  for (double power = first; power <= last; ++power) {
    for (const double factor : factors) marks.push_back(factor * std::pow(10, power));
  }
  const auto after_low = std::ranges::upper_bound(marks, low * (1 + 1e-9));
  marks.erase(marks.begin(), after_low - (after_low == marks.begin() ? 0 : 1));
  const auto from_high = std::ranges::lower_bound(marks, high * (1 - 1e-9));
  if (from_high != marks.end()) marks.erase(from_high + 1, marks.end());
  if (marks.size() == 1) marks.push_back(marks.front() * 10);
  return marks;
}

}  // namespace

Scale::Scale(ScaleKind kind, std::span<const double> numbers, double begin, double end)
    : kind_(kind), begin_(begin), end_(end) {
  std::vector<double> shown;
  std::ranges::copy_if(numbers, std::back_inserter(shown),
                       [](double number) { return std::isfinite(number) && number > 0; });
  if (shown.empty()) shown = {1};
  const auto [low, high] = std::ranges::minmax(shown);
  marks_ = kind == ScaleKind::linear ? linear_marks(high) : logarithmic_marks(low, high);
  low_ = marks_.front();
  high_ = marks_.back();
}

double Scale::along(double number) const {
  return kind_ == ScaleKind::linear ? number : std::log10(number);
}

bool Scale::has(double number) const {
  if (!std::isfinite(number)) return false;
  return kind_ == ScaleKind::linear ? number >= 0 : number > 0;
}

double Scale::place(double number) const {
  const double share = (along(number) - along(low_)) / (along(high_) - along(low_));
  return begin_ + share * (end_ - begin_);
}

}  // namespace coachwhip::lab
