#include "lab/figure.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace coachwhip::lab {
namespace {

constexpr int digits = 3;

std::string grouped(double number) {
  std::string text = fmt::format("{:.0f}", number);
  for (std::size_t at = text.size(); at > 3 + (number < 0 ? 1U : 0U); at -= 3) {
    text.insert(at - 3, ",");
  }
  return text;
}

}  // namespace

std::string figure(double number) {
  if (number == 0 || !std::isfinite(number)) return number == 0 ? "0" : "–";
  const int exponent = static_cast<int>(std::floor(std::log10(std::abs(number))));
  const double step = std::pow(10, exponent - digits + 1);
  const double rounded = std::round(number / step) * step;
  if (std::abs(rounded) >= 100) return grouped(rounded);
  std::string text = fmt::format("{:.{}f}", rounded, std::clamp(digits - 1 - exponent, 0, 9));
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string figure(std::optional<double> number) { return number ? figure(*number) : "–"; }

std::string whole(double number) { return grouped(number); }

std::string part_of(double part, double all) { return grouped(part) + " of " + grouped(all); }

}  // namespace coachwhip::lab
