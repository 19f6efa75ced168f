// What a trace says without a picture: a summary for the terminal, and all events as JSON.
#pragma once

#include <span>
#include <string>

#include "lab/model_trace.hpp"

namespace coachwhip::lab {

// From a request's first byte sent to its first byte read: how long it lay unread, at most. Where
// none was: zero, for nobody.
struct Unread {
  unsigned client = 0;
  Milliseconds longest{};
};
Unread longest_unread(const ModelTrace& trace);

// "61 further threads only waited", or nothing.
std::string idle_text(const Story& story);
// "client 2 (slow)".
std::string client_name(const ClientView& client);

std::string summary_text(const ModelTrace& trace);
std::string trace_json(std::span<const ModelTrace> traces);

}  // namespace coachwhip::lab
