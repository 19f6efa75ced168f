#include "handlers/files/folder.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "handlers/files/test_folder.hpp"

namespace coachwhip::handlers::files {
namespace {

// 0 if the file can be opened, otherwise the errno.
int open_error(const Folder& folder, const std::string& name) {
  const auto file = folder.open_file(name);
  return file ? 0 : file.error().number;
}

void make_socket(const std::string& path) {
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

TEST(Folder, NoNameLeadsOutOfIt) {
  const TestFolder outside;
  outside.write("secret", "s");
  const TestFolder inside;
  inside.write("sub/file", "f");
  inside.link("sub/out", outside.path("secret"));
  inside.link("sub/up", "../../" + outside.path("secret").substr(testing::TempDir().size()));
  inside.link("outfolder", outside.path());
  inside.link("self", "/proc/self/exe");
  inside.link("round", "round");
  inside.link("nowhere", "gone");
  const auto folder = Folder::open(inside.path());
  ASSERT_TRUE(folder);
  for (const std::string name :
       {"sub/out", "sub/up", "outfolder/secret", "self", "round", "nowhere", "../secret",
        "sub/../../secret", "/etc/passwd", "sub/file/", "sub/file/x", ""}) {
    EXPECT_EQ(open_error(*folder, name), ENOENT) << name;
  }
  EXPECT_EQ(open_error(*folder, outside.path("secret")), ENOENT);
  EXPECT_EQ(open_error(*folder, std::string(300, 'n')), ENOENT);
  EXPECT_EQ(open_error(*folder, "sub/file"), 0);
}

TEST(Folder, LinksThatStayInsideAreFollowed) {
  const TestFolder inside;
  inside.write("sub/file", "f");
  inside.link("near", "sub/file");
  inside.link("sub/over", "../sub/file");
  inside.link("folder", "sub");
  const auto folder = Folder::open(inside.path());
  ASSERT_TRUE(folder);
  for (const std::string name : {"near", "sub/over", "folder/file"}) {
    EXPECT_EQ(open_error(*folder, name), 0) << name;
  }
}

TEST(Folder, NoLinkLeadsToWhatIsHidden) {
  const TestFolder inside;  // itself below a folder that begins with a dot
  inside.write(".above/site/.env", "secret");
  inside.write(".above/site/.git/config", "secret");
  inside.write(".above/site/sub/.hidden", "secret");
  inside.write(".above/site/.well-known/security.txt", "mail us");
  inside.write(".above/site/sub/file", "f");
  inside.link(".above/site/envlink", ".env");
  inside.link(".above/site/gitlink", ".git");
  inside.link(".above/site/sub/up", "../.git/config");
  inside.link(".above/site/chain", "envlink");
  inside.link(".above/site/hidden", "sub/.hidden");
  inside.link(".above/site/security.txt", ".well-known/security.txt");
  inside.link(".above/site/near", "sub/file");
  inside.link(".above/site/itself", ".");
  inside.link("current", ".above/site");
  for (const char* name : {".above/site", "current"}) {
    const auto folder = Folder::open(inside.path(name));
    ASSERT_TRUE(folder);
    for (const std::string hidden : {"envlink", "gitlink/config", "gitlink", "sub/up", "chain",
                                     "hidden", "itself/.env", "itself/envlink"}) {
      EXPECT_EQ(open_error(*folder, hidden), ENOENT) << hidden;
      EXPECT_FALSE(folder->find_status(hidden)) << hidden;
    }
    for (const std::string shown : {"near", "security.txt", "itself/near", "itself/sub/file"}) {
      EXPECT_EQ(open_error(*folder, shown), 0) << shown;
    }
  }
}

TEST(Folder, OnlyRegularFilesAreOpened) {
  const TestFolder inside;
  inside.write("sub/file", "f");
  ASSERT_EQ(::mkfifo(inside.path("fifo").c_str(), 0644), 0);
  make_socket(inside.path("socket"));
  const auto folder = Folder::open(inside.path());
  ASSERT_TRUE(folder);
  EXPECT_EQ(open_error(*folder, "fifo"), ENOENT);
  EXPECT_EQ(open_error(*folder, "socket"), ENOENT);
  EXPECT_EQ(open_error(*folder, "sub"), EISDIR);
  const auto devices = Folder::open("/dev");
  ASSERT_TRUE(devices);
  EXPECT_EQ(open_error(*devices, "null"), ENOENT);
}

TEST(Folder, TheFolderThatTakesItsPlaceIsFollowed) {
  const TestFolder releases;
  releases.write("1/file", "first");
  releases.write("2/file", "second one");
  releases.link("current", "1");
  auto folder = Folder::open(releases.path("current"));
  ASSERT_TRUE(folder);
  const TimePoint now{std::chrono::hours(1)};
  folder->follow_path(now);
  EXPECT_EQ(folder->find_status("file")->st_size, 5);
  ASSERT_EQ(::unlink(releases.path("current").c_str()), 0);
  folder->follow_path(now + std::chrono::seconds(1));
  EXPECT_EQ(folder->find_status("file")->st_size, 5) << "the old one stays while there is no other";
  releases.link("current", "2");
  folder->follow_path(now + std::chrono::seconds(2));
  EXPECT_EQ(folder->find_status("file")->st_size, 10);
}

TEST(Folder, AFolderThatCannotBeServedIsNamed) {
  const TestFolder inside;
  inside.write("file", "f");
  for (const std::string& path : {inside.path("absent"), inside.path("file"), std::string()}) {
    const auto folder = Folder::open(path);
    ASSERT_FALSE(folder) << path;
    EXPECT_NE(folder.error().message.find("'" + path + "'"), std::string::npos);
    EXPECT_NE(folder.error().message.find("name a folder that exists"), std::string::npos);
  }
}

void refuse_openat2() {
  std::array<sock_filter, 4> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{program.size(), program.data()};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

TEST(FolderDeathTest, AKernelWithoutOpenat2IsSaidAtStart) {
  const TestFolder inside;
  EXPECT_EXIT(
      {
        refuse_openat2();
        const auto folder = Folder::open(inside.path());
        std::fputs(folder ? "opened" : folder.error().message.c_str(), stderr);
        std::_Exit(2);
      },
      testing::ExitedWithCode(2), "this kernel has no openat2; Linux 5.6 or newer is needed");
}

}  // namespace
}  // namespace coachwhip::handlers::files
