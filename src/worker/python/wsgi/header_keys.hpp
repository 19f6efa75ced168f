// HeaderKeys: from a field's name as it came to its key in the environ.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/bytes.hpp"
#include "worker/python/ref.hpp"

namespace coachwhip::python::wsgi {

enum class HeaderUse : std::uint8_t {
  list,               // HTTP_…; several are joined by ", " (RFC 9110 section 5.3)
  cookie,             // HTTP_COOKIE; several are joined by "; "
  content_type,       // CONTENT_TYPE
  content_length,     // CONTENT_LENGTH
  transfer_encoding,  // HTTP_TRANSFER_ENCODING, unless the body's length is known
  dropped,            // would be taken for another field, or for a setting of the process
};

struct HeaderKey {
  Ref key;  // for list, cookie and transfer_encoding
  HeaderUse use = HeaderUse::dropped;
};

// Remembers a bounded number of names, the usual ones from the start. For one thread.
class HeaderKeys {
 public:
  explicit HeaderKeys(Gil gil);

  // Valid until the next call; nullptr, with MemoryError set, if there is no memory.
  const HeaderKey* find(Gil gil, Bytes name);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(Bytes text) const { return std::hash<Bytes>()(text); }
  };

  std::unordered_map<std::string, HeaderKey, Hash, std::equal_to<>> known_;
  HeaderKey unknown_;
};

}  // namespace coachwhip::python::wsgi
