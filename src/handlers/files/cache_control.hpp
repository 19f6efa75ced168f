// CacheControl: what the answers with the files of a folder say about how long they may be kept.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace coachwhip::handlers::files {

class CacheControl {
 public:
  // A pattern with a slash is for the path that is asked for, any other for the name of the file
  // (glob.hpp).
  struct Rule {
    std::string pattern;
    std::string value;  // of the field; empty: no field
  };

  // Fingerprinted names are immutable for a year, of others nothing is said.
  CacheControl() = default;
  // The first rule that fits counts, before what is said without rules. `mount` is the path at
  // which the folder is, without a slash at its end.
  CacheControl(std::string mount, std::vector<Rule> rules)
      : mount_(std::move(mount)), rules_(std::move(rules)) {}

  // Empty: there is none. `name` is that of a file in the folder.
  Bytes find(Bytes name) const;

 private:
  std::string mount_;
  std::vector<Rule> rules_;
};

}  // namespace coachwhip::handlers::files
