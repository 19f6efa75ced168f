// The report of a comparison: as a page with charts, and as JSON.
#pragma once

#include <string>

#include "lab/sample.hpp"

namespace coachwhip::lab {

// A self-contained HTML document.
std::string report_html(const Comparison& comparison);

// Every number of the report. "schema" is raised when the meaning of a field changes:
//   schema, machine, settings, models [{name, summary, breaks, known_from, refusal}],
//   experiments [{id, title, axis, samples [{model, x, values {name: number}}]}],
//   findings, notes, interrupted
std::string report_json(const Comparison& comparison);

}  // namespace coachwhip::lab
