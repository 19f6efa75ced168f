// OpenFileCache: the files that were asked for last, kept open, the small ones with their content.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "handlers/files/cache_control.hpp"
#include "handlers/files/folder.hpp"
#include "handlers/files/served_file.hpp"

namespace coachwhip::handlers::files {

struct CacheLimits {
  std::size_t files_max = 1024;  // at least 1
  std::size_t bytes_max = std::size_t{32} * 1024 * 1024;
  // Larger files are sent from their descriptor.
  std::size_t content_bytes_max = std::size_t{32} * 1024;
  // Then the file is looked at before it is used again; zero: each time.
  Duration trusted_for = std::chrono::seconds(1);
};

// One thread's. Compressed siblings are kept with their file, and count as files. Returned files
// stay in the cache until the next call; sending keeps them alive by itself.
class OpenFileCache {
 public:
  // The compressor, or nullptr, outlives the cache.
  OpenFileCache(Folder folder, CacheLimits limits, CacheControl cache_control = {},
                compress::Compressor* compressor = nullptr)
      : folder_(std::move(folder)),
        limits_(limits),
        cache_control_(std::move(cache_control)),
        compressor_(compressor) {}

  // What load() kept for this path, if it is still as on the disk; otherwise nullptr.
  ServedFile* find(Bytes path, TimePoint now);
  // Opens the file of that name in the folder, and keeps it for the path, for which find() had
  // nothing. If the process is out of descriptors, those that are kept are given up for it. Errors
  // as Folder's; they are not kept.
  Result<ServedFile*> load(Bytes path, const std::string& name, TimePoint now);

  const Folder& folder() const { return folder_; }

 private:
  struct Entry {
    std::string path;
    ServedFile file;
    TimePoint trusted_until;
  };
  using Place = std::list<Entry>::iterator;

  bool ensure_current(Entry& entry, TimePoint now);
  // Requests may come here in another order than they began in.
  TimePoint end_of_trust(TimePoint now) const {
    return limits_.trusted_for == Duration{} ? TimePoint::min() : now + limits_.trusted_for;
  }
  void remove(Place place);
  void evict();

  Folder folder_;
  CacheLimits limits_;
  CacheControl cache_control_;
  compress::Compressor* compressor_;
  std::list<Entry> entries_;                 // the one used last is first
  std::unordered_map<Bytes, Place> places_;  // the keys are views of Entry::path
  std::size_t files_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace coachwhip::handlers::files
