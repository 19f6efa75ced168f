#include "handlers/files/served_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace coachwhip::handlers::files {
namespace {

using http::ContentCoding;

// The server's own preference: how much smaller they usually are for the time to undo them.
constexpr std::array codings{ContentCoding::zstd, ContentCoding::br, ContentCoding::gzip};

}  // namespace

Result<ServedFile> ServedFile::open(const Folder& folder, const std::string& name,
                                    std::size_t content_bytes_max) {
  auto itself = OpenFile::open(folder, name, ContentCoding::identity, content_bytes_max);
  if (!itself) return pass(std::move(itself.error()));
  ServedFile file(name, std::move(*itself));
  file.open_siblings(folder, content_bytes_max);
  return file;
}

void ServedFile::open_siblings(const Folder& folder, std::size_t content_bytes_max) {
  for (const ContentCoding coding : codings) {
    auto sibling = OpenFile::open(folder, name_, coding, content_bytes_max);
    if (!sibling || !itself_->allows_sibling((*sibling)->status())) continue;
    siblings_.push_back(std::move(*sibling));
  }
  if (!siblings_.empty()) itself_->add_vary();
}

void ServedFile::add_cache_control(Bytes value) {
  itself_->add_cache_control(value);
  for (const auto& sibling : siblings_) sibling->add_cache_control(value);
}

// What was no sibling may have become one.
bool ServedFile::is_current(const Folder& folder) const {
  if (!itself_->is_current(folder)) return false;
  const bool siblings_are = std::ranges::all_of(
      siblings_, [&](const auto& sibling) { return sibling->is_current(folder); });
  if (!siblings_are) return false;
  return std::ranges::none_of(codings, [&](ContentCoding coding) {
    if (has_sibling(coding)) return false;
    const auto status = folder.find_status(name_ + std::string(ending(coding)));
    return status && itself_->allows_sibling(*status);
  });
}

bool ServedFile::has_sibling(ContentCoding coding) const {
  return std::ranges::any_of(siblings_,
                             [&](const auto& sibling) { return sibling->coding() == coding; });
}

// Of what is accepted as gladly the first sibling; the file itself comes after all of them.
OpenFile& ServedFile::choose_among_siblings(const http::Headers& headers) const {
  const http::AcceptedCodings accepted(headers);
  OpenFile* best = nullptr;
  int best_quality = 0;
  for (const auto& sibling : siblings_) {
    const int quality = accepted.quality(sibling->coding());
    if (quality <= best_quality) continue;
    best = sibling.get();
    best_quality = quality;
  }
  const bool is_better = accepted.quality(ContentCoding::identity) > best_quality;
  return best == nullptr || is_better ? *itself_ : *best;
}

std::size_t ServedFile::memory() const {
  std::size_t sum = name_.size() + itself_->memory();
  for (const auto& sibling : siblings_) sum += sibling->memory();
  return sum;
}

}  // namespace coachwhip::handlers::files
