// TestFolder: a folder for a test's files, gone with the test.
#pragma once

#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace coachwhip::handlers::files {

class TestFolder {
 public:
  TestFolder() {
    std::string path = testing::TempDir() + "/files_XXXXXX";
    EXPECT_NE(::mkdtemp(path.data()), nullptr);
    EXPECT_EQ(::chmod(path.c_str(), 0755), 0);
    path_ = path;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path(const std::string& name = ".") const { return path_ / name; }

  // Folders on the way are made. The file is dated a minute ago.
  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    date(name, ::time(nullptr) - 60);
  }
  void date(const std::string& name, std::time_t second, long nanosecond = 0) const {
    const timespec date{second, nanosecond};
    const timespec dates[2] = {date, date};
    ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), dates, 0), 0);
  }
  // Waits until what was written so far has a stamp of its own.
  static void settle() {
    const timespec tick{0, 120'000'000};
    ::nanosleep(&tick, nullptr);
  }
  void link(const std::string& name, const std::string& target) const {
    ASSERT_EQ(::symlink(target.c_str(), path(name).c_str()), 0);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace coachwhip::handlers::files
