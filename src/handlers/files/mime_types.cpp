#include "handlers/files/mime_types.hpp"

#include <array>

namespace coachwhip::handlers::files {
namespace {

struct Row {
  Bytes extension;
  Bytes type;
};

constexpr std::array rows{
#define COACHWHIP_MIME_TYPE(extension, type) Row{extension, type},
#include "handlers/files/tables/mime_types.def"
#undef COACHWHIP_MIME_TYPE
};

constexpr Bytes unknown = "application/octet-stream";

}  // namespace

Bytes mime_type(Bytes file_name) {
  const std::size_t dot = file_name.find_last_of("./");
  if (dot == Bytes::npos || file_name[dot] == '/') return unknown;
  const Bytes extension = file_name.substr(dot + 1);
  for (const Row& row : rows) {
    if (equal_ignoring_case(row.extension, extension)) return row.type;
  }
  return unknown;
}

}  // namespace coachwhip::handlers::files
