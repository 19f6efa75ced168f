#include "handlers/files/open_file_cache.hpp"

#include <cerrno>
#include <iterator>
#include <utility>

#include "base/assert.hpp"

namespace coachwhip::handlers::files {

ServedFile* OpenFileCache::find(Bytes path, TimePoint now) {
  const auto found = places_.find(path);
  if (found == places_.end()) return nullptr;
  const Place place = found->second;
  if (!ensure_current(*place, now)) {
    remove(place);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, place);
  return &place->file;
}

Result<ServedFile*> OpenFileCache::load(Bytes path, const std::string& name, TimePoint now) {
  folder_.follow_path(now);
  const auto open = [&] {
    return ServedFile::open(folder_, name, limits_.content_bytes_max, compressor_, cache_control_);
  };
  auto file = open();
  const bool lacks_descriptor = !file &&
                                (file.error().number == EMFILE || file.error().number == ENFILE);
  if (lacks_descriptor && !entries_.empty()) {
    while (!entries_.empty()) remove(entries_.begin());
    file = open();
  }
  if (!file) return pass(std::move(file.error()));
  entries_.push_front({std::string(path), std::move(*file), end_of_trust(now)});
  Entry& entry = entries_.front();
  const bool is_new = places_.emplace(entry.path, entries_.begin()).second;
  COACHWHIP_ASSERT(is_new);
  files_ += entry.file.files();
  bytes_ += entry.file.memory();
  evict();
  return &entry.file;
}

bool OpenFileCache::ensure_current(Entry& entry, TimePoint now) {
  if (now < entry.trusted_until) return true;
  folder_.follow_path(now);
  entry.trusted_until = end_of_trust(now);
  return entry.file.is_current(folder_);
}

void OpenFileCache::remove(Place place) {
  files_ -= place->file.files();
  bytes_ -= place->file.memory();
  places_.erase(place->path);
  entries_.erase(place);
}

// The file that was just loaded always stays.
void OpenFileCache::evict() {
  while (entries_.size() > 1 && (files_ > limits_.files_max || bytes_ > limits_.bytes_max)) {
    remove(std::prev(entries_.end()));
  }
}

}  // namespace coachwhip::handlers::files
