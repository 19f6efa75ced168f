// Fingerprints: names of files that build tools made from their content, as app.3f2a9c1b.js.
#pragma once

#include "base/bytes.hpp"

namespace coachwhip::handlers::files {

// Will a file of this name never have other content? So it is if a part between two dots or dashes,
// neither the first nor the last of the name, has at least eight characters and is one of
// - hexadecimal digits in one case, at least one a letter and one a number: main.3f2a9c1b.css
// - exactly eight of A-Z and 2-7, with a number before a letter: app-KQ4DV2XJ.js
// - letters of both cases, numbers and "_", with as many letters as numbers at least, and never
// four
//   letters of one case in a row, which are a word: index-BzA1kQ2x.js
// Dates, versions and words with a number are none of these: a wrong guess would last for a year.
bool is_fingerprinted(Bytes file_name);

}  // namespace coachwhip::handlers::files
