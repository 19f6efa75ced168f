// Compressor: compresses files on a thread of its own, when they are asked for, and keeps what it
// made.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/unique_fd.hpp"
#include "compress/content_cache.hpp"

namespace coachwhip::compress {

// One for all threads of a process that serve. The thread starts with the first work, so that a
// process may fork before; it takes what processor time others leave, and ends with the compressor.
class Compressor {
 public:
  // A larger file has others waiting for too long, and a build that can do it better.
  static constexpr std::uint64_t content_bytes_max = std::uint64_t{8} << 20;

  // Keeps at most that many bytes.
  explicit Compressor(std::size_t bytes_max) : cache_(bytes_max) {}

  // A file as it is, by its content or open for reading.
  struct Original {
    FileState state;
    Bytes content;  // used if there is no file
    std::shared_ptr<const UniqueFd> file;
  };
  struct Found {
    std::shared_ptr<const EncodedContent> content;
    bool is_hopeless = false;  // not to be asked for again: it would not be much smaller
  };
  // Neither of both: it is being made, or will be when it is asked for again. Never waits.
  // Of a file that has changed since the state was taken nothing is kept.
  Found find(const Original& original, http::ContentCoding coding);

 private:
  struct Job {
    FileState state;
    http::ContentCoding coding;
    std::string content;
    std::shared_ptr<const UniqueFd> file;
  };

  static std::shared_ptr<const EncodedContent> make(const Job& job, const std::stop_token& stop);
  void enqueue(const Original& original, http::ContentCoding coding);
  void work(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any has_work_;
  std::deque<Job> queue_;  // the first is under way
  ContentCache cache_;
  std::jthread thread_;  // ends before the rest
};

}  // namespace coachwhip::compress
