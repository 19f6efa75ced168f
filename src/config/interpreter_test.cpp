#include "config/interpreter.hpp"

#include <gtest/gtest.h>

#include "config/test_folder.hpp"

namespace coachwhip::config {
namespace {

TEST(Interpreter, TheOneBesideTheExecutableComesFirst) {
  const TestFolder folder;
  const std::string virtual_env = folder.text("venv");
  const std::string path = "relative:" + folder.text("empty") + ":" + folder.text("usr");
  const InterpreterPlaces places{folder.path() / "bin", virtual_env, path};
  EXPECT_FALSE(find_interpreter(places));
  folder.write_program("usr/python3", "#!/bin/sh\n");
  EXPECT_EQ(find_interpreter(places)->path, folder.text("usr/python3"));
  folder.write_program("venv/bin/python", "#!/bin/sh\n");
  EXPECT_EQ(find_interpreter(places)->path, folder.text("venv/bin/python"));
  folder.write_program("bin/python3", "#!/bin/sh\n");
  EXPECT_EQ(find_interpreter(places)->path, folder.text("bin/python3"));
  EXPECT_EQ(find_interpreter(places)->reason, "beside coachwhip");
}

TEST(Interpreter, AFolderOrAPlainFileIsNone) {
  const TestFolder folder;
  folder.make_folder("bin/python");
  folder.write("bin/python3", "");
  EXPECT_FALSE(find_interpreter({folder.path() / "bin", "", ""}));
}

TEST(Interpreter, ANameIsLookedForOnPathAndAPathIsTaken) {
  const TestFolder folder;
  folder.write_program("bin/python3.12", "#!/bin/sh\n");
  const std::string program = folder.text("bin/python3.12");
  EXPECT_EQ(find_named_interpreter("python3.12", "/", folder.text("bin"))->native(), program);
  EXPECT_EQ(find_named_interpreter("bin/python3.12", folder.path(), "")->native(), program);
  EXPECT_EQ(find_named_interpreter(program, "/", "")->native(), program);
  const auto missing = find_named_interpreter("python9", "/", folder.text("bin"));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("'python9' is no program on PATH"), std::string::npos);
}

class TriedInterpreter : public testing::Test {
 protected:
  // What is said of a program with this script; empty if it is taken for a Python.
  std::string said_of(const std::string& script, Duration patience = std::chrono::seconds(60)) {
    folder_.write_program("program", "#!/bin/sh\n" + script + "\n");
    const auto tried = try_interpreter(folder_.text("program"), {"WORD=x"}, patience);
    return tried ? "" : tried.error().message;
  }

  TestFolder folder_;
};

TEST_F(TriedInterpreter, ItsAnswerTells) {
  EXPECT_EQ(said_of("exit 111"), "");
  EXPECT_NE(said_of("exit 109").find("older than Python 3.9"), std::string::npos);
  EXPECT_NE(said_of("exit 110").find("has no coachwhip; install it"), std::string::npos);
  EXPECT_NE(said_of("exit 0").find("is no Python interpreter"), std::string::npos);
  EXPECT_NE(said_of("kill $$").find("is no Python interpreter"), std::string::npos);
  EXPECT_NE(try_interpreter(folder_.text("none"), {}, std::chrono::seconds(60))
                .error()
                .message.find("cannot run"),
            std::string::npos);
}

TEST_F(TriedInterpreter, ItHasTheEnvironmentOfTheWorkersAndNobodyToTalkTo) {
  EXPECT_EQ(said_of("read line; echo raw; echo raw >&2; [ $WORD = x ] && exit 111"), "");
}

TEST_F(TriedInterpreter, OneThatDoesNotEndIsKilled) {
  const Duration patience = std::chrono::milliseconds(50);
  EXPECT_NE(said_of("while :; do :; done", patience).find("is no Python"), std::string::npos);
}

}  // namespace
}  // namespace coachwhip::config
