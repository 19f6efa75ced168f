// The load generators of others, as a check of ours: what `ab` and `wrk` say of the same server.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "lab/interrupt.hpp"

namespace coachwhip::lab {

// Its path, if PATH has it.
std::optional<std::string> find_tool(std::string_view name);

// seconds, failed, p99_ms; each as far as it is said.
using ToolValues = std::map<std::string, double>;

// The story's test: 500 requests, 500 at a time.
Result<ToolValues> run_ab(const std::string& program, std::uint16_t port, std::string_view path,
                          Duration patience, Interrupt& interrupt);
// rps, p99_ms.
Result<ToolValues> run_wrk(const std::string& program, std::uint16_t port, std::string_view path,
                           std::size_t connections, unsigned seconds, Interrupt& interrupt);

// What they print.
ToolValues read_ab(std::string_view output);
ToolValues read_wrk(std::string_view output);

}  // namespace coachwhip::lab
