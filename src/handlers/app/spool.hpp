// Spool: bytes that wait in a file without a name, in $TMPDIR or /tmp; they take no memory, and are
// gone with the spool, however the process ends.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace coachwhip::handlers::app {

class Spool {
 public:
  bool empty() const { return read_ == written_; }
  // Opens the file when the first bytes come. Error (io, 503): there is no room for them.
  Result<void> append(Bytes bytes);
  // The next portion; valid until the next call. Not when it is empty.
  Result<Bytes> read();

 private:
  UniqueFd file_;
  std::uint64_t written_ = 0;
  std::uint64_t read_ = 0;
  std::string portion_;
};

}  // namespace coachwhip::handlers::app
