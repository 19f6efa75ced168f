#include "base/error.hpp"

#include <system_error>

namespace coachwhip {

std::unexpected<Error> fail_errno(std::string_view what, int number) {
  std::string message(what);
  message += ": ";
  message += std::generic_category().message(number);
  return fail(ErrorKind::io, number, std::move(message));
}

}  // namespace coachwhip
