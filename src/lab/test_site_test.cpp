#include "lab/test_site.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace coachwhip::lab {
namespace {

TEST(TestSite, HasItsPagesAndGoesWithTheObject) {
  std::filesystem::path folder;
  {
    const auto made = TestSite::make();
    ASSERT_TRUE(made.has_value());
    folder = made->folder();
    EXPECT_EQ(std::filesystem::file_size(folder / "public/small.html"), 1024U);
    EXPECT_EQ(std::filesystem::file_size(folder / "public/page.html"), 52224U);
    EXPECT_TRUE(std::filesystem::exists(folder / "app.py"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(TestSite, IsServedWithoutTheConfigurationOfTheUsersFolder) {
  const auto made = TestSite::make();
  ASSERT_TRUE(made.has_value());
  const auto arguments = made->arguments();
  EXPECT_EQ(arguments.front(), "./public");
  EXPECT_EQ(std::ranges::count(arguments, made->folder().string()), 2);
}

}  // namespace
}  // namespace coachwhip::lab
