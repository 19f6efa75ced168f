#include "config/manual.hpp"

#include <gtest/gtest.h>
#include <sstream>

#include "config/option.hpp"

namespace coachwhip::config {
namespace {

TEST(Manual, HelpNamesEveryOptionAndFitsTheTerminal) {
  const std::string text = help_text();
  for (const Option& option : options) {
    EXPECT_NE(text.find("  " + argument_name(option)), std::string::npos) << option.name;
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_NE(text.find("Python threads in each worker [4]"), std::string::npos);
}

TEST(Manual, TheMarkdownHasARowPerOption) {
  const std::string text = options_markdown();
  EXPECT_NE(text.find("| `--idle-timeout TIME` | `60s` | between the requests of a connection |\n"),
            std::string::npos);
  EXPECT_NE(text.find("`--access-log off\\|stdout\\|PATH`"), std::string::npos);
  for (const Option& option : options) {
    EXPECT_NE(text.find("| `" + argument_name(option)), std::string::npos) << option.name;
  }
}

TEST(Manual, EveryFixedDefaultIsAValueOfItsOption) {
  for (const Option& option : options) {
    if (option.store == nullptr || option.fallback.starts_with('(')) continue;
    EXPECT_TRUE(parse_number(option, option.fallback)) << option.name;
  }
}

TEST(Manual, NamesFollowFromOne) {
  const Option& option = options[key_of("max-body-size")];
  EXPECT_EQ(argument_name(option), "--max-body-size");
  EXPECT_EQ(variable_name(option), "COACHWHIP_MAX_BODY_SIZE");
  EXPECT_EQ(allowed(option), "a size of at least 0, as in 512, 16KiB, 4m or 1g");
}

}  // namespace
}  // namespace coachwhip::config
