#include "handlers/files/glob.hpp"

#include <cstddef>

namespace coachwhip::handlers::files {
namespace {

// Where to go on when the text does not fit: the star that takes one byte more.
struct Retry {
  std::size_t pattern = Bytes::npos;  // behind the star; npos: there is none
  std::size_t text = 0;               // where its bytes end
};

}  // namespace

// As short as it can be for each star; of several stars of a kind only the last is ever made
// longer, what the earlier ones took stays right.
bool matches_glob(Bytes pattern, Bytes text) {
  Retry star;
  Retry double_star;
  std::size_t p = 0;
  std::size_t t = 0;
  while (true) {
    if (pattern.substr(p).starts_with("**")) {
      double_star = {p += 2, t};
      star = {};
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = {++p, t};
    } else if (p == pattern.size() && t == text.size()) {
      return true;
    } else if (p < pattern.size() && t < text.size() &&
               (pattern[p] == '?' ? text[t] != '/' : pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star.pattern != Bytes::npos && star.text < text.size() && text[star.text] != '/') {
      p = star.pattern;
      t = ++star.text;
    } else if (double_star.pattern != Bytes::npos && double_star.text < text.size()) {
      star = {};
      p = double_star.pattern;
      t = ++double_star.text;
    } else {
      return false;
    }
  }
}

}  // namespace coachwhip::handlers::files
