#include "handlers/files/cache_control.hpp"

#include "handlers/files/fingerprint.hpp"
#include "handlers/files/glob.hpp"

namespace coachwhip::handlers::files {
namespace {

// A year, as much as RFC 2616 allowed: some clients take more for a mistake.
constexpr Bytes immutable = "public, max-age=31536000, immutable";

}  // namespace

Bytes CacheControl::find(Bytes name) const {
  const std::string path = rules_.empty() ? std::string() : mount_ + '/' + std::string(name);
  const Bytes file_name = name.substr(name.rfind('/') + 1);  // npos + 1 is 0
  for (const Rule& rule : rules_) {
    const bool is_of_path = rule.pattern.contains('/');
    if (matches_glob(rule.pattern, is_of_path ? Bytes(path) : file_name)) return rule.value;
  }
  return is_fingerprinted(name) ? immutable : Bytes();
}

}  // namespace coachwhip::handlers::files
