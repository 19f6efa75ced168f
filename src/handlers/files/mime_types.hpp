// MIME types: what the end of a file's name says about its content. The table is
// tables/mime_types.def.
#pragma once

#include "base/bytes.hpp"

namespace coachwhip::handlers::files {

// The value for Content-Type; application/octet-stream if the extension is unknown. Ignores case.
Bytes mime_type(Bytes file_name);

}  // namespace coachwhip::handlers::files
