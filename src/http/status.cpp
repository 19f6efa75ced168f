#include "http/status.hpp"

#include <array>

namespace coachwhip::http {
namespace {

struct Row {
  Bytes reason;
  Bytes line;
};

constexpr std::array<Row, 600> rows = [] {
  std::array<Row, 600> made{};
#define COACHWHIP_STATUS(code, name, reason) \
  made[code] = Row{reason, "HTTP/1.1 " #code " " reason "\r\n"};
#include "http/tables/statuses.def"
#undef COACHWHIP_STATUS
  return made;
}();

const Row& row(Status status) { return rows[status < rows.size() ? status : 0]; }

}  // namespace

Bytes reason(Status status) { return row(status).reason; }
Bytes status_line(Status status) { return row(status).line; }

}  // namespace coachwhip::http
