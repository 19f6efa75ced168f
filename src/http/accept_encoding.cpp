#include "http/accept_encoding.hpp"

#include <optional>

#include "http/quality.hpp"

namespace coachwhip::http {
namespace {

constexpr std::array<Bytes, content_coding_count> names{"identity", "gzip", "br", "zstd"};

struct Member {
  Bytes coding;
  int quality = quality_max;
};

// "coding" or "coding;q=0.5", with blanks around the semicolon.
std::optional<Member> parse_member(Bytes text) {
  const std::size_t semicolon = text.find(';');
  Member member{trim(text.substr(0, semicolon))};
  if (!is_token(member.coding)) return std::nullopt;
  if (semicolon == Bytes::npos) return member;
  const Bytes weight = trim(text.substr(semicolon + 1));
  if (!equal_ignoring_case(weight.substr(0, 2), "q=")) return std::nullopt;
  const std::optional<int> quality = parse_quality(weight.substr(2));
  if (!quality) return std::nullopt;
  member.quality = *quality;
  return member;
}

// The index of a known coding; nullopt for any other.
std::optional<std::size_t> find_coding(Bytes coding) {
  if (equal_ignoring_case(coding, "x-gzip")) coding = name(ContentCoding::gzip);  // section 8.4.1.3
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (equal_ignoring_case(coding, names[i])) return i;
  }
  return std::nullopt;
}

// What the fields say so far.
struct Wishes {
  std::array<std::optional<int>, content_coding_count> named;
  std::optional<int> others;  // "*"

  bool add(Bytes text) {
    const std::optional<Member> member = parse_member(text);
    if (!member) return false;
    const auto coding = find_coding(member->coding);
    if (coding) lower(named[*coding], member->quality);
    if (member->coding == "*") lower(others, member->quality);
    return true;
  }
  static void lower(std::optional<int>& quality, int other) {
    quality = std::min(quality.value_or(quality_max), other);
  }
};

}  // namespace

Bytes name(ContentCoding coding) { return names[static_cast<std::size_t>(coding)]; }

AcceptedCodings::AcceptedCodings(const Headers& headers) {
  Wishes wishes;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const Field field = headers[i];
    if (field.id != HeaderId::accept_encoding) continue;
    bool is_understood = true;
    for_each_member(field.value, [&](Bytes member) { return is_understood = wishes.add(member); });
    if (!is_understood) return;
  }
  for (std::size_t i = 0; i < qualities_.size(); ++i) {
    qualities_[i] = wishes.named[i].value_or(wishes.others.value_or(0));
  }
}

}  // namespace coachwhip::http
