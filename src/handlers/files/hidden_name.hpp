// Hidden names: what lies in a served folder and is no part of the site.
#pragma once

#include "base/bytes.hpp"

namespace coachwhip::handlers::files {

// Is a segment of this name in a served folder one of
// - what begins with a dot, .well-known/ at the front excepted (RFC 8615);
// - what editors and merges leave behind: ends in "~", stands between two "#", or ends in .bak,
// .orig,
//   .rej, .swp or .swo in any case;
// - coachwhip.toml in any case, which may hold secrets, __pycache__, CVS, _darcs?
// Dots and blanks at the end of a segment do not matter, as they do not to some file systems.
bool is_hidden(Bytes name);

// May the path of a request be looked up at all? It begins with '/', and an empty segment would
// give a file a second name.
bool is_public(Bytes path);

}  // namespace coachwhip::handlers::files
