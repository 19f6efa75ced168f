// Which media types are worth compressing. The table is tables/media_types.def.
#pragma once

#include "base/bytes.hpp"

namespace coachwhip::compress {

// Of a Content-Type, whose parameters do not matter: text in a wide sense. What is compressed in
// itself (pictures, films, archives, WOFF) only costs time.
bool is_compressible(Bytes content_type);

}  // namespace coachwhip::compress
