#include "lab/svg.hpp"

#include <cstdio>
#include <initializer_list>
#include <utility>

#include "lab/page.hpp"

namespace coachwhip::lab {
namespace {

using Attribute = std::pair<std::string_view, double>;

std::string element(std::string_view name, std::string_view style,
                    std::initializer_list<Attribute> attributes) {
  std::string markup = "<";
  markup.append(name).append(" class=\"").append(style).append("\"");
  for (const auto& [key, value] : attributes) {
    markup.append(" ").append(key).append("=\"").append(svg_number(value)).append("\"");
  }
  return markup;
}

}  // namespace

std::string svg_number(double number) {
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%.1f", number);
  std::string out(text, static_cast<std::size_t>(size));
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out;
}

void Svg::box(const Box& box, std::string_view style, std::string_view hint) {
  markup_ += element("rect", style,
                     {{"x", box.x}, {"y", box.y}, {"width", box.width}, {"height", box.height}});
  if (hint.empty()) {
    markup_ += "/>\n";
  } else {
    markup_ += "><title>" + escape(hint) + "</title></rect>\n";
  }
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view style) {
  markup_ += element("line", style, {{"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}}) + "/>\n";
}

void Svg::circle(double x, double y, double radius, std::string_view style) {
  markup_ += element("circle", style, {{"cx", x}, {"cy", y}, {"r", radius}}) + "/>\n";
}

void Svg::text(double x, double y, std::string_view style, std::string_view text) {
  markup_ += element("text", style, {{"x", x}, {"y", y}}) + ">" + escape(text) + "</text>\n";
}

void Svg::begin_group(std::string_view style, std::string_view attributes) {
  markup_.append("<g class=\"").append(style).append("\" ").append(attributes).append(">\n");
}

}  // namespace coachwhip::lab
