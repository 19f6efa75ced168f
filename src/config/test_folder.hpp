// TestFolder: a temporary folder for one test.
#pragma once

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace coachwhip::config {

class TestFolder {
 public:
  TestFolder() {
    std::string path = testing::TempDir() + "coachwhip_XXXXXX";
    EXPECT_NE(::mkdtemp(path.data()), nullptr);
    path_ = path;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }
  std::string text(const std::string& name) const { return path_ / name; }

  // Makes the folders on the way.
  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  void write_program(const std::string& name, const std::string& script) const {
    write(name, script);
    EXPECT_EQ(::chmod(text(name).c_str(), 0755), 0);
  }
  void make_folder(const std::string& name) const {
    std::filesystem::create_directories(path_ / name);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace coachwhip::config
