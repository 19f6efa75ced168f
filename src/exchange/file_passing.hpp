// File passing: an open file from a worker to the front, over a SOCK_SEQPACKET socket (unix(7),
// SCM_RIGHTS).
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace coachwhip::exchange {

// Says which request a file belongs to.
struct FileTag {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  bool operator==(const FileTag&) const = default;
};

struct PassedFile {
  FileTag tag;
  UniqueFd file;
};

Result<void> send_file_descriptor(int socket, FileTag tag, int file);
// Without waiting; nullopt if none has arrived.
std::optional<PassedFile> receive_file_descriptor(int socket);

}  // namespace coachwhip::exchange
