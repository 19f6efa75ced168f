#include "http1/refusal.hpp"

#include <array>
#include <string_view>

namespace coachwhip::http1 {
namespace {

struct Row {
  int status;
  std::string_view message;
};

constexpr std::array rows{
    Row{0, ""},
#define COACHWHIP_REFUSAL(name, status, message) Row{status, message},
#include "http1/tables/refusals.def"
#undef COACHWHIP_REFUSAL
};

}  // namespace

std::unexpected<Error> refuse(Refusal refusal) {
  const Row& row = rows[static_cast<std::size_t>(refusal)];
  return fail(ErrorKind::bad_input, row.status, std::string(row.message));
}

}  // namespace coachwhip::http1
