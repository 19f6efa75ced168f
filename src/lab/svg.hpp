// Svg: shapes and texts, one after the other, as markup.
#pragma once

#include <string>
#include <string_view>

namespace coachwhip::lab {

// With one digit behind the point, if it is not zero.
std::string svg_number(double number);

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

class Svg {
 public:
  // `style` is the value of class; `hint` is shown under the pointer.
  void box(const Box& box, std::string_view style, std::string_view hint = {});
  void line(double x1, double y1, double x2, double y2, std::string_view style);
  void circle(double x, double y, double radius, std::string_view style);
  void text(double x, double y, std::string_view style, std::string_view text);
  void begin_group(std::string_view style, std::string_view attributes = {});
  void end_group() { markup_ += "</g>\n"; }

  const std::string& markup() const { return markup_; }

 private:
  std::string markup_;
};

}  // namespace coachwhip::lab
