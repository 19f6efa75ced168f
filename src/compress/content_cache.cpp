#include "compress/content_cache.hpp"

#include <iterator>
#include <utility>

namespace coachwhip::compress {
namespace {

using http::ContentCoding;

// Beside the bytes: the nodes of list and table, and the object that is shared.
constexpr std::size_t entry_bytes = 384;

}  // namespace

std::shared_ptr<const EncodedContent> ContentCache::find(const FileState& file,
                                                         ContentCoding coding) {
  const Entry* const entry = find_entry({file, coding});
  return entry != nullptr ? entry->content : nullptr;
}

bool ContentCache::is_incompressible(const FileState& file, ContentCoding coding) {
  const Entry* const entry = find_entry({file, coding});
  return entry != nullptr && entry->content == nullptr;
}

void ContentCache::add(const FileState& file, ContentCoding coding,
                       std::shared_ptr<const EncodedContent> content) {
  add_entry({{file, coding}, std::move(content)});
}

void ContentCache::add_incompressible(const FileState& file, ContentCoding coding) {
  add_entry({{file, coding}, nullptr});
}

bool ContentCache::is_too_large(const EncodedContent& content) const {
  return content.bytes().size() + entry_bytes > bytes_max_;
}

ContentCache::Entry* ContentCache::find_entry(const Key& key) {
  const auto found = places_.find(key);
  if (found == places_.end()) return nullptr;
  found->second->is_marked = true;
  return &*found->second;
}

void ContentCache::add_entry(Entry entry) {
  if (find_entry(entry.key) != nullptr) return;
  bytes_ += size(entry);
  entries_.push_front(std::move(entry));
  places_.emplace(entries_.front().key, entries_.begin());
  evict();
}

// Each is spared once at most, or what is sent all the time would keep this going. The newest,
// which is the first, is spared too.
void ContentCache::evict() {
  const Place newest = entries_.begin();
  for (std::size_t spared_max = entries_.size(); bytes_ > bytes_max_ && !entries_.empty();) {
    const Place last = std::prev(entries_.end());
    if (spared_max > 0 && (last == newest || take_marks(*last))) {
      --spared_max;
      entries_.splice(entries_.begin(), entries_, last);
      continue;
    }
    bytes_ -= size(*last);
    places_.erase(last->key);
    entries_.erase(last);
  }
}

std::size_t ContentCache::size(const Entry& entry) {
  return entry_bytes + (entry.content ? entry.content->bytes().size() : 0);
}

bool ContentCache::take_marks(Entry& entry) {
  const bool was_sent = entry.content && entry.content->take_mark();
  return std::exchange(entry.is_marked, false) || was_sent;
}

}  // namespace coachwhip::compress
