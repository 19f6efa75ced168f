// Headers: the fields of a message in the order they came (RFC 9110 section 5).
//
// The fields are places in one block of text, "Name: value\r\n" after one another: a parsed request
// borrows the connection's input, a response owns its block, and writing it is one copy. Copies
// share what they own until one of them is changed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace coachwhip::http {

enum class HeaderId : std::uint8_t {
#define COACHWHIP_HEADER(id, name) id,
#include "http/tables/headers.def"
#undef COACHWHIP_HEADER
  other,
};

// Ignores case.
HeaderId find_header_id(Bytes name);
// The usual spelling; empty for `other`.
Bytes name(HeaderId id);

struct Field {
  Bytes name;
  Bytes value;
  HeaderId id;
};

class Headers {
 public:
  // Where a field lies in the block; `value_begin - 2` need not be the end of the name (there may
  // be no space or several after the colon).
  struct Place {
    std::uint32_t name_begin;
    std::uint32_t value_begin;
    std::uint32_t value_size;
    std::uint16_t name_size;
    HeaderId id;
  };

  Headers() = default;
  // Takes ownership of a block and of the places of its fields, which must lie within it.
  Headers(std::string block, std::vector<Place> places)
      : fields_(std::make_shared<Fields>(std::move(block), std::move(places))) {}

  // Borrows: `block` stays valid and unchanged as long as these headers are used.
  void borrow(Bytes block) { borrowed_ = block; }
  void add_place(const Place& place) { own().places.push_back(place); }
  void clear();

  std::size_t size() const { return places().size(); }
  bool empty() const { return places().empty(); }
  Field operator[](std::size_t index) const { return field(places()[index]); }
  std::span<const Place> places() const {
    return fields_ ? std::span<const Place>(fields_->places) : std::span<const Place>();
  }
  // All fields as they came or are sent, each with its CRLF.
  Bytes block() const {
    if (borrowed_.data() != nullptr) return borrowed_;
    return fields_ ? Bytes(fields_->block) : Bytes();
  }

  // The value of the first field of this name; nullopt if there is none.
  std::optional<Bytes> find(HeaderId id) const;
  std::optional<Bytes> find(Bytes name) const;
  std::size_t count(HeaderId id) const;

  // `name` must be a token and `value` free of CR, LF and NUL: the caller has checked or knows
  // them. Owned headers only.
  void add(HeaderId id, Bytes value);
  void add(Bytes name, Bytes value);
  // Replaces every field of that name.
  void set(HeaderId id, Bytes value);
  void remove(HeaderId id);
  // Removes every field for which `keep` is false. The headers own their block after it.
  template <class Keep>
  void keep_if(Keep keep) {
    Headers kept;
    kept.own().block.reserve(block().size());
    kept.own().places.reserve(size());
    for (const Place& place : places()) {
      const Field old = field(place);
      if (keep(old)) kept.append(old.name, old.value, old.id);
    }
    *this = std::move(kept);
  }

 private:
  struct Fields {
    Fields() = default;
    Fields(std::string text, std::vector<Place> in_it)
        : block(std::move(text)), places(std::move(in_it)) {}
    std::string block;  // empty while another is borrowed
    std::vector<Place> places;
  };

  Fields& own();
  Field field(const Place& place) const {
    const char* base = block().data();
    return {{base + place.name_begin, place.name_size},
            {base + place.value_begin, place.value_size},
            place.id};
  }
  void append(Bytes name, Bytes value, HeaderId id);

  Bytes borrowed_;
  std::shared_ptr<Fields> fields_;
};

// Are all bytes token characters (RFC 9110 section 5.6.2), and is there at least one?
bool is_token(Bytes text);
// May a field have this value: no control byte but HTAB (section 5.5).
bool is_field_value(Bytes text);
// Calls `visit` with each non-empty member of a comma-separated list (section 5.6.1) until it is
// false.
template <class Visit>
void for_each_member(Bytes list, Visit visit) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const Bytes member = trim(list.substr(0, comma));
    if (!member.empty() && !visit(member)) return;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

}  // namespace coachwhip::http
