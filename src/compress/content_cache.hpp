// ContentCache: files in content codings, up to a number of bytes.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>

#include "compress/encoded_content.hpp"
#include "compress/file_state.hpp"
#include "http/accept_encoding.hpp"

namespace coachwhip::compress {

// What has not been sent for longest makes room, by a second chance for each in turn: those who
// send do not come here for it. Not thread-safe.
class ContentCache {
 public:
  explicit ContentCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // nullptr: there is none.
  std::shared_ptr<const EncodedContent> find(const FileState& file, http::ContentCoding coding);
  // Is it known that this coding of the file is not worth it?
  bool is_incompressible(const FileState& file, http::ContentCoding coding);

  void add(const FileState& file, http::ContentCoding coding,
           std::shared_ptr<const EncodedContent> content);
  // Also of one whose content is too large ever to be kept.
  void add_incompressible(const FileState& file, http::ContentCoding coding);
  bool is_too_large(const EncodedContent& content) const;

  std::size_t bytes() const { return bytes_; }

 private:
  struct Key {
    FileState file;
    http::ContentCoding coding;

    bool operator==(const Key&) const = default;
  };
  struct HashKey {
    std::size_t operator()(const Key& key) const {
      return HashFileState()(key.file) + static_cast<std::size_t>(key.coding);
    }
  };
  struct Entry {
    Key key;
    std::shared_ptr<const EncodedContent> content;  // null: it is not worth it
    bool is_marked = false;                         // was asked for
  };
  using Place = std::list<Entry>::iterator;

  Entry* find_entry(const Key& key);
  void add_entry(Entry entry);
  void evict();
  static std::size_t size(const Entry& entry);
  static bool take_marks(Entry& entry);

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // first the one that was added or spared last
  std::unordered_map<Key, Place, HashKey> places_;
};

}  // namespace coachwhip::compress
