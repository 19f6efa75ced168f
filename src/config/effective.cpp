#include "config/effective.hpp"

namespace coachwhip::config {
namespace {

constexpr std::size_t comment_column = 44;

std::string in_quotes(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append("\\").append(1, c);
    } else if (octet < 0x20 || octet == 0x7f) {
      out.append("\\u00").append(1, digits[octet >> 4]).append(1, digits[octet & 15]);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string value_text(const Option& option, const Value& value) {
  const auto number = parse_number(option, value.text);
  switch (option.kind) {
    case Kind::flag:
      return number == 1U ? "true" : "false";
    case Kind::count:
      return std::to_string(number.value_or(0));
    case Kind::size:
      return in_quotes(size_text(number.value_or(0)));
    case Kind::duration:
      return in_quotes(duration_text(number.value_or(0)));
    default:
      return in_quotes(value.text);
  }
}

std::string line(std::string text, const Value& value) {
  text.resize(std::max(text.size() + 1, comment_column), ' ');
  return text.append("# ").append(value.origin).append("\n");
}

std::string list_text(const Option& option, std::span<const Value> values) {
  std::string text = std::string(option.name) + " = [\n";
  for (const Value& value : values) text += line("  " + in_quotes(value.text) + ",", value);
  return text + "]\n";
}

std::string table_text(const Option& option, std::span<const Value> values) {
  std::string text = "\n[" + std::string(option.name) + "]\n";
  for (const Value& value : values) {
    const std::size_t equals = value.text.find('=');
    const std::string_view whole = value.text;
    text += line(in_quotes(whole.substr(0, equals)) + " = " + in_quotes(whole.substr(equals + 1)),
                 value);
  }
  return text;
}

}  // namespace

std::string effective_text(const Loaded& loaded) {
  std::string text;
  std::string tables;  // in TOML they stand last
  for (Key key = 0; key < options.size(); ++key) {
    const Option& option = options[key];
    const auto values = loaded.settings.all(key);
    if (values.empty() || !option.in_file()) continue;
    if (option.kind == Kind::table) {
      tables += table_text(option, values);
    } else if (option.kind == Kind::list) {
      text += list_text(option, values);
    } else {
      const std::string assignment = std::string(option.name) + " = ";
      text += line(assignment + value_text(option, values.back()), values.back());
    }
  }
  if (loaded.config.needs_python()) {
    tables += "\n# The application itself is imported at start only: this says nothing of it.\n";
  }
  return text + tables;
}

}  // namespace coachwhip::config
