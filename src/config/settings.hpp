// Settings: what was said about each option, by whom, as text; before any of it is understood.
#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/option.hpp"

namespace coachwhip::config {

// What is wrong, a line each: where, what, and the remedy.
using Faults = std::vector<std::string>;

struct Value {
  std::string text;              // of a table: "key=value"
  std::string origin;            // "--bind", "COACHWHIP_BIND", "coachwhip.toml:3", "default"
  std::filesystem::path folder;  // relative paths start here
};

struct Given {
  Key key = 0;
  Value value;
};

class Settings {
 public:
  // The defaults of the table.
  Settings();

  // What a stronger source says replaces all that weaker ones said of the same option.
  void overlay(const std::vector<Given>& given);
  // A default that was found out; `why` is its origin.
  void set_default(Key key, std::string text, const std::string& why);

  std::vector<Value>& all(Key key) { return values_[key]; }
  std::span<const Value> all(Key key) const { return values_[key]; }
  // The last that was said, nullptr if nothing was.
  Value* find(Key key) { return values_[key].empty() ? nullptr : &values_[key].back(); }

 private:
  std::array<std::vector<Value>, options.size()> values_;
};

// A line about a wrong value: "coachwhip.toml:3: threads: why".
std::string fault(Key key, const Value& value, std::string_view why);

}  // namespace coachwhip::config
