#include "cli/arguments.hpp"

#include <gtest/gtest.h>

namespace coachwhip::cli {
namespace {

using Texts = std::vector<std::string>;

// "origin text" of everything that is given.
Texts given(const Texts& arguments) {
  Texts texts;
  const auto command = parse_arguments(arguments);
  EXPECT_TRUE(command);
  if (!command) return texts;
  for (const config::Given& one : command->given) {
    texts.push_back(one.value.origin + " " + one.value.text);
  }
  return texts;
}

Action action(const Texts& arguments) {
  const auto command = parse_arguments(arguments);
  EXPECT_TRUE(command);
  return command ? command->action : Action::serve;
}

config::Faults faults(const Texts& arguments) {
  const auto command = parse_arguments(arguments);
  return command ? config::Faults{} : command.error();
}

TEST(Arguments, TargetAndOptionsInAnyOrder) {
  EXPECT_EQ(given({}), Texts{});
  EXPECT_EQ(given({"app:app"}), Texts{"TARGET app:app"});
  EXPECT_EQ(given({"--threads", "2", "app:app", "--workers=3"}),
            (Texts{"TARGET app:app", "--workers 3", "--threads 2"}));
  EXPECT_EQ(given({"--", "--strange"}), Texts{"TARGET --strange"});
}

TEST(Arguments, RepeatedOptionsKeepTheirOrder) {
  EXPECT_EQ(given({"--bind", ":80", "x", "--bind=[::1]:81", "--bind", "unix:s"}),
            (Texts{"TARGET x", "--bind :80", "--bind [::1]:81", "--bind unix:s"}));
}

TEST(Arguments, AnOptionTakesOneValueWhateverItLooksLike) {
  EXPECT_EQ(given({"--env", "A=b,c", "--env", "B=[1,2]", "--env=C=", "--chdir", "check", "x"}),
            (Texts{"TARGET x", "--chdir check", "--env A=b,c", "--env B=[1,2]", "--env C="}));
  EXPECT_EQ(given({"--threads", "-1"}), Texts{"--threads -1"});
}

TEST(Arguments, FlagsMayBeDenied) {
  EXPECT_EQ(given({"--reload"}), Texts{"--reload true"});
  EXPECT_EQ(given({"--reload=false", "x"}), (Texts{"TARGET x", "--reload false"}));
}

TEST(Arguments, Commands) {
  EXPECT_EQ(action({"app:app"}), Action::serve);
  EXPECT_EQ(action({"check"}), Action::check);
  EXPECT_EQ(action({"--workers", "2", "check", "app:app"}), Action::check);
  EXPECT_EQ(given({"check", "app:app"}), Texts{"TARGET app:app"});
  EXPECT_EQ(given({"./check"}), Texts{"TARGET ./check"});
  EXPECT_EQ(action({"--help"}), Action::help);
  EXPECT_EQ(action({"check", "-h"}), Action::help);
  EXPECT_EQ(action({"--version"}), Action::version);
  EXPECT_EQ(action({"check", "--options-markdown"}), Action::options_markdown);
}

TEST(Arguments, UnknownOptionsNameTheNearest) {
  EXPECT_EQ(
      faults({"--wrokers", "3", "app"}),
      Texts{"unknown option '--wrokers'; the nearest is --workers, all are in coachwhip --help"});
  EXPECT_EQ(faults({"--thread=4", "--bnid", ":80"}).size(), 2U);
}

TEST(Arguments, ACommandOfItsOwnComesFirst) {
  const Texts told = faults({"--workers", "2", "models"});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told.front().starts_with("'models' is a command of its own and comes first"));
  EXPECT_EQ(given({"models:app"}), Texts{"TARGET models:app"});
}

TEST(Arguments, MissingValuesAndSecondTargets) {
  EXPECT_EQ(faults({"app", "--workers"}), Texts{"--workers needs a value; see coachwhip --help"});
  EXPECT_EQ(faults({"--bind=", "app"}), Texts{"--bind= needs a value; see coachwhip --help"});
  EXPECT_EQ(faults({"a", "b"}), Texts{"there is one TARGET, 'a'; what is 'b'? further ones are "
                                      "written --mount /path=TARGET"});
}

}  // namespace
}  // namespace coachwhip::cli
