#include "cli/models_arguments.hpp"

#include <gtest/gtest.h>

namespace coachwhip::cli {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

ModelsCommand command(const Texts& arguments) {
  const auto command = parse_models_arguments(arguments);
  EXPECT_TRUE(command) << (command ? "" : command.error().front());
  return command.value_or(ModelsCommand{});
}

Texts faults(const Texts& arguments) {
  const auto command = parse_models_arguments(arguments);
  return command ? Texts{} : command.error();
}

TEST(ModelsArguments, WhatIsToBeDone) {
  EXPECT_EQ(command({}).action, ModelsAction::list);
  EXPECT_EQ(command({"--list"}).action, ModelsAction::list);
  EXPECT_EQ(command({"--compare"}).action, ModelsAction::compare);
  EXPECT_EQ(command({"--trace", "poll"}).action, ModelsAction::trace);
  EXPECT_EQ(command({"--compare", "--help"}).action, ModelsAction::help);
}

TEST(ModelsArguments, AllAreComparedOrThoseNamedInTheOrderOfTheStory) {
  EXPECT_EQ(command({"--compare"}).models.size(), models::all().size());
  const auto some = command({"coroutine", "--compare", "serial", "coroutine"}).models;
  ASSERT_EQ(some.size(), 2U);
  EXPECT_EQ(some[0]->name, "serial");
  EXPECT_EQ(some[1]->name, "coroutine");
}

TEST(ModelsArguments, HowLongAndWhereTo) {
  const ModelsCommand said = command({"--compare", "--quick", "--seconds=0.5", "--output", "/tmp"});
  EXPECT_TRUE(said.is_quick);
  EXPECT_EQ(said.seconds, 500ms);
  EXPECT_EQ(said.output, "/tmp");
  EXPECT_EQ(command({"--compare"}).seconds, 0s);
  EXPECT_EQ(command({"--compare"}).output, ".");
}

TEST(ModelsArguments, WrongNamesHaveANearest) {
  EXPECT_EQ(faults({"--compare", "epol-lt"}),
            Texts{"models: 'epol-lt' is not a model; the nearest is epoll-lt, there are: " +
                  models::names()});
  EXPECT_EQ(faults({"--compair"}), Texts{"models: unknown option '--compair'; the nearest is "
                                         "--compare, all are in coachwhip models --help"});
}

TEST(ModelsArguments, WhatDoesNotGoTogether) {
  EXPECT_EQ(faults({"--quick"}),
            Texts{"models: --quick belongs to --compare: coachwhip models --compare --quick"});
  EXPECT_EQ(faults({"--trace", "poll", "--seconds", "1"}).size(), 1U);
  EXPECT_EQ(faults({"--output", "/tmp"}).size(), 1U);
  EXPECT_EQ(faults({"--compare", "--trace", "poll"}),
            Texts{"models: choose one of --list, --compare and --trace"});
  EXPECT_EQ(faults({"--trace"}),
            Texts{"models: --trace needs the name of a model: coachwhip models "
                  "--trace epoll-lt"});
  EXPECT_EQ(faults({"poll"}),
            Texts{"models: what shall be done with 'poll'? add --compare or --trace"});
}

TEST(ModelsArguments, BadValues) {
  for (const std::string text : {"0", "-1", "61", "1s", "nan", "x"}) {
    EXPECT_EQ(faults({"--compare", "--seconds", text}),
              Texts{"models: --seconds: '" + text +
                    "' is not a number from 0.05 to 60; write such as --seconds 2"});
  }
  EXPECT_EQ(faults({"--compare", "--output"}),
            Texts{"models: --output needs a value; see coachwhip models --help"});
  EXPECT_EQ(faults({"--compare", "--output="}).size(), 1U);
  EXPECT_EQ(faults({"--compare", "--output", "/nowhere"}),
            Texts{"models: --output: '/nowhere' is not a folder; make it, or name another"});
}

}  // namespace
}  // namespace coachwhip::cli
