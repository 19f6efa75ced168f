#include "http/headers.hpp"

#include <algorithm>
#include <array>

#include "http/characters.hpp"

namespace coachwhip::http {
namespace {

constexpr std::array names{
#define COACHWHIP_HEADER(id, name) Bytes(name),
#include "http/tables/headers.def"
#undef COACHWHIP_HEADER
};

// A perfect hash: length, first and last character place every known name in a slot of its own. The
// factor that makes it so is searched for by the compiler.
constexpr std::size_t slot_count = 128;

constexpr std::size_t slot(Bytes name, std::size_t factor) {
  const auto first = static_cast<unsigned char>(name.front() | 0x20);
  const auto last = static_cast<unsigned char>(name.back() | 0x20);
  return (((name.size() * 64 + first) * 32 + last) * factor >> 16) % slot_count;
}

constexpr bool is_perfect(std::size_t factor) {
  std::array<bool, slot_count> taken{};
  for (const Bytes name : names) {
    bool& here = taken[slot(name, factor)];
    if (here) return false;
    here = true;
  }
  return true;
}

constexpr std::size_t slot_factor = [] {
  std::size_t factor = 0x9e3779b1;
  while (!is_perfect(factor)) factor += 2;
  return factor;
}();

constexpr std::array<HeaderId, slot_count> slots = [] {
  std::array<HeaderId, slot_count> made{};
  made.fill(HeaderId::other);
  for (std::size_t i = 0; i < names.size(); ++i) {
    made[slot(names[i], slot_factor)] = static_cast<HeaderId>(i);
  }
  return made;
}();

}  // namespace

HeaderId find_header_id(Bytes name) {
  if (name.empty()) return HeaderId::other;
  const HeaderId id = slots[slot(name, slot_factor)];
  if (id == HeaderId::other) return id;
  const Bytes known = names[static_cast<std::size_t>(id)];
  // Most clients write the usual spelling, and a plain comparison is the faster one.
  return name == known || equal_ignoring_case(name, known) ? id : HeaderId::other;
}

Bytes name(HeaderId id) {
  return id == HeaderId::other ? Bytes() : names[static_cast<std::size_t>(id)];
}

void Headers::clear() {
  borrowed_ = {};
  if (fields_.use_count() > 1) fields_.reset();
  if (!fields_) return;
  fields_->block.clear();
  fields_->places.clear();
}

// Those to be changed: not shared with a copy.
Headers::Fields& Headers::own() {
  if (!fields_) {
    fields_ = std::make_shared<Fields>();
  } else if (fields_.use_count() > 1) {
    fields_ = std::make_shared<Fields>(*fields_);
  }
  return *fields_;
}

std::optional<Bytes> Headers::find(HeaderId id) const {
  for (const Place& place : places()) {
    if (place.id == id) return field(place).value;
  }
  return std::nullopt;
}

std::optional<Bytes> Headers::find(Bytes name) const {
  for (const Place& place : places()) {
    const Field candidate = field(place);
    if (equal_ignoring_case(candidate.name, name)) return candidate.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(HeaderId id) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(places(), [id](const Place& place) { return place.id == id; }));
}

void Headers::add(HeaderId id, Bytes value) { append(http::name(id), value, id); }

void Headers::add(Bytes name, Bytes value) { append(name, value, find_header_id(name)); }

void Headers::set(HeaderId id, Bytes value) {
  remove(id);
  add(id, value);
}

void Headers::remove(HeaderId id) {
  if (count(id) == 0) return;
  keep_if([id](const Field& field) { return field.id != id; });
}

void Headers::append(Bytes name, Bytes value, HeaderId id) {
  auto& [block, places] = own();
  const std::size_t name_begin = block.size();
  const std::size_t value_begin = name_begin + name.size() + 2;
  block.append(name).append(": ").append(value).append("\r\n");
  places.push_back({static_cast<std::uint32_t>(name_begin), static_cast<std::uint32_t>(value_begin),
                    static_cast<std::uint32_t>(value.size()),
                    static_cast<std::uint16_t>(name.size()), id});
}

bool is_token(Bytes text) { return !text.empty() && token_characters.has_all(text); }

bool is_field_value(Bytes text) { return field_value_characters.has_all(text); }

}  // namespace coachwhip::http
