#include "config/manual.hpp"

#include <array>

#include "config/option.hpp"

namespace coachwhip::config {
namespace {

struct Section {
  Group group;
  std::string_view title;
};

constexpr std::array sections{
    Section{Group::site, "The site"}, Section{Group::files, "Files"},
    Section{Group::python, "Python"}, Section{Group::server, "The server"},
    Section{Group::logs, "Logs"},     Section{Group::limits, "Limits for clients"},
};

constexpr std::size_t line_columns = 100;
constexpr std::size_t help_column = 26;

std::string usage(const Option& option) {
  std::string text = argument_name(option);
  if (!option.positional() && !option.placeholder.empty()) {
    text.append(" ").append(option.placeholder);
  }
  return text;
}

std::string description(const Option& option) {
  std::string text(option.help);
  if (option.repeatable()) text += " (repeatable)";
  if (option.kind == Kind::flag || option.fallback.empty()) return text;
  const bool is_computed = option.fallback.starts_with('(');
  std::string_view fallback = option.fallback;
  if (is_computed) fallback = fallback.substr(1, fallback.size() - 2);
  return text.append(" [").append(fallback).append("]");
}

// Breaks the text between words so that it stays right of the column.
std::string in_column(std::string_view text, std::size_t column) {
  std::string out;
  const std::size_t width = line_columns - column;
  while (text.size() > width) {
    const std::size_t space = text.rfind(' ', width);
    out.append(text.substr(0, space)).append("\n").append(column, ' ');
    text.remove_prefix(space + 1);
  }
  return out.append(text).append("\n");
}

std::string help_line(const Option& option) {
  std::string line = "  " + usage(option);
  if (line.size() + 2 > help_column) line += "\n";
  const std::size_t used = line.ends_with('\n') ? 0 : line.size();
  line.append(help_column - used, ' ');
  return line + in_column(description(option), help_column);
}

std::string markdown_row(const Option& option) {
  std::string_view fallback = option.kind == Kind::flag ? "" : option.fallback;
  const bool is_computed = fallback.starts_with('(');
  if (is_computed) fallback = fallback.substr(1, fallback.size() - 2);
  std::string shown(fallback);
  if (!shown.empty() && !is_computed) shown = "`" + shown + "`";
  std::string use = usage(option);
  for (std::size_t bar = 0; (bar = use.find('|', bar)) != std::string::npos; bar += 2) {
    use.insert(bar, "\\");
  }
  return "| `" + use + "`" + (option.repeatable() ? " …" : "") + " | " + shown + " | " +
         std::string(option.help) + " |\n";
}

}  // namespace

std::string help_text() {
  std::string text =
      "usage: coachwhip [TARGET] [OPTIONS]         serve\n"
      "       coachwhip check [TARGET] [OPTIONS]   validate, and print the effective options\n"
      "       coachwhip models                     explain the values of --model\n"
      "       coachwhip models --compare           measure them side by side, write a report\n"
      "       coachwhip models --trace MODEL       show what one asks of the kernel\n";
  for (const Section& section : sections) {
    text.append("\n").append(section.title).append(":\n");
    for (const Option& option : options) {
      if (option.group == section.group) text += help_line(option);
    }
  }
  return text +
         "\n"
         "Further:\n"
         "  --help                  print this\n"
         "  --version               print the version\n"
         "\n"
         "Every option is also an environment variable (--max-body-size is "
         "COACHWHIP_MAX_BODY_SIZE,\n"
         "TARGET is COACHWHIP_APP; a comma between repeated values) and a key of coachwhip.toml\n"
         "(max-body-size = \"1g\"; app = \"site.wsgi\"; [static] \"/static\" = \"folder\").\n"
         "The command line is stronger than the environment, that than the file.\n"
         "SIZE is a number with k, m or g (1024); TIME one with ms, s, m or h, plain in seconds.\n";
}

std::string options_markdown() {
  std::string text;
  for (const Section& section : sections) {
    text.append(text.empty() ? "" : "\n").append("| ").append(section.title);
    text += " | default | |\n|---|---|---|\n";
    for (const Option& option : options) {
      if (option.group == section.group) text += markdown_row(option);
    }
  }
  return text;
}

}  // namespace coachwhip::config
