// FileState: what tells a file, as it is now, from every other and from itself before and later.
#pragma once

#include <cstdint>
#include <functional>
#include <sys/stat.h>

namespace coachwhip::compress {

struct FileState {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::uint64_t modified_ns = 0;  // wraps for dates that are centuries away
  std::uint64_t changed_ns = 0;

  bool operator==(const FileState&) const = default;

  static FileState of(const struct stat& status) {
    const auto stamp = [](const timespec& time) {
      return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
             static_cast<std::uint64_t>(time.tv_nsec);
    };
    return {.device = status.st_dev,
            .inode = status.st_ino,
            .size = static_cast<std::uint64_t>(status.st_size),
            .modified_ns = stamp(status.st_mtim),
            .changed_ns = stamp(status.st_ctim)};
  }
};

struct HashFileState {
  std::size_t operator()(const FileState& state) const {
    constexpr std::uint64_t factor = 0x9e37'79b9'7f4a'7c15;
    const std::uint64_t mixed = (state.inode ^ state.device << 40) * factor ^ state.changed_ns;
    return std::hash<std::uint64_t>()(mixed * factor);
  }
};

}  // namespace coachwhip::compress
