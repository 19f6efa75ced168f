// Scale: where a number lies on the axis of a chart, and the marks of the axis.
#pragma once

#include <span>
#include <vector>

namespace coachwhip::lab {

enum class ScaleKind { linear, logarithmic };

class Scale {
 public:
  // Covers all numbers, and begins and ends at a mark. A linear scale begins at zero; a logarithmic
  // one has no place for what is not positive.
  Scale(ScaleKind kind, std::span<const double> numbers, double begin, double end);

  bool has(double number) const;
  double place(double number) const;
  // At most a dozen.
  const std::vector<double>& marks() const { return marks_; }

 private:
  double along(double number) const;

  ScaleKind kind_;
  double begin_;
  double end_;
  double low_ = 0;
  double high_ = 1;
  std::vector<double> marks_;
};

}  // namespace coachwhip::lab
