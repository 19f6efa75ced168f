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

TEST(Interpreter, ItIsTried) {
  const TestFolder folder;
  folder.write_program("good", "#!/bin/sh\nexit 0\n");
  folder.write_program("old", "#!/bin/sh\nexit 9\n");
  folder.write_program("broken", "#!/bin/sh\nexit 1\n");
  EXPECT_TRUE(try_interpreter(folder.text("good")));
  EXPECT_NE(try_interpreter(folder.text("old")).error().message.find("older than Python 3.9"),
            std::string::npos);
  EXPECT_NE(try_interpreter(folder.text("broken")).error().message.find("no working Python"),
            std::string::npos);
  EXPECT_NE(try_interpreter(folder.text("nowhere")).error().message.find("cannot run"),
            std::string::npos);
}

}  // namespace
}  // namespace coachwhip::config
