#include "compress/compressor.hpp"

#include <algorithm>
#include <new>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <system_error>
#include <utility>

#include "base/log.hpp"
#include "compress/encoder.hpp"
#include "compress/file_body.hpp"

namespace coachwhip::compress {
namespace {

using http::ContentCoding;
using Content = std::shared_ptr<const EncodedContent>;

constexpr std::size_t queue_max = 64;
constexpr int lowest_priority = 19;
// A client has to undo it: less than a tenth saved is not worth that.
constexpr std::uint64_t least_gain = 10;

bool is_unchanged(const UniqueFd& file, const FileState& state) {
  struct stat status;
  return ::fstat(file.get(), &status) == 0 && FileState::of(status) == state;
}

}  // namespace

// Null: it is not worth it, or the file is no longer what it was.
Content Compressor::make(const Job& job, const std::stop_token& stop) {
  const std::uint64_t size = job.state.size;
  const auto encoder = Encoder::make(job.coding, {Effort::thorough, size});
  FileBody file({job.file ? job.file->get() : -1, 0, size, job.file});
  std::string out;
  for (std::uint64_t done = 0; done < size;) {
    const Result<Bytes> piece = job.file ? file.next() : Result<Bytes>(job.content);
    if (!piece || stop.stop_requested()) return nullptr;
    done += piece->size();
    encoder->encode(*piece, done == size ? Encoder::Then::finish : Encoder::Then::go_on, out);
    if (out.size() > size - size / least_gain) return nullptr;
  }
  if (job.file && !is_unchanged(*job.file, job.state)) return nullptr;
  out.shrink_to_fit();
  return std::make_shared<const EncodedContent>(std::move(out));
}

// A lock that is taken is the thread's with the low priority, which may not run for long, or
// somebody's who asks like us: neither is waited for.
Compressor::Found Compressor::find(const Original& original, ContentCoding coding) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return {};
  if (auto content = cache_.find(original.state, coding)) return {.content = std::move(content)};
  if (cache_.is_incompressible(original.state, coding)) return {.content = {}, .is_hopeless = true};
  const bool is_known = std::ranges::any_of(
      queue_, [&](const Job& job) { return job.state == original.state && job.coding == coding; });
  if (!is_known && queue_.size() < queue_max) enqueue(original, coding);
  return {};
}

void Compressor::enqueue(const Original& original, ContentCoding coding) {
  if (!thread_.joinable()) {
    try {
      thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
    } catch (const std::system_error& error) {
      return log::warning(std::string("no thread to compress files: ") + error.what());
    }
  }
  queue_.push_back(
      {original.state, coding, std::string(original.file ? "" : original.content), original.file});
  has_work_.notify_one();
}

void Compressor::work(const std::stop_token& stop) {
  ::prctl(PR_SET_NAME, "compressor");
  ::setpriority(PRIO_PROCESS, 0, lowest_priority);  // of this thread alone
  std::unique_lock lock(mutex_);
  while (has_work_.wait(lock, stop, [this] { return !queue_.empty(); }) && !stop.stop_requested()) {
    const Job& job = queue_.front();  // stays there, so that it is not asked for twice
    lock.unlock();
    Content content;
    try {
      content = make(job, stop);
    } catch (const std::bad_alloc&) {
      log::warning("a file is sent as it is: there is no memory to compress it");
    }
    lock.lock();
    if (content && !cache_.is_too_large(*content)) {
      cache_.add(job.state, job.coding, std::move(content));
    } else {
      cache_.add_incompressible(job.state, job.coding);
    }
    queue_.pop_front();
  }
}

}  // namespace coachwhip::compress
