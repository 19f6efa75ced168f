#include "http1/flush_queue.hpp"

namespace coachwhip::http1 {
namespace {

constexpr Duration patience = std::chrono::microseconds(500);

}  // namespace

std::uint64_t FlushQueue::add(Member& member) {
  entries_.push_back({&member, loop_.now() + patience});
  return first_ + entries_.size() - 1;
}

void FlushQueue::remove(std::uint64_t ticket) {
  if (ticket >= first_) entries_[ticket - first_].member = nullptr;
}

Duration FlushQueue::before_sleep() {
  while (!entries_.empty()) {
    const Entry entry = entries_.front();
    if (entry.member != nullptr && entry.due > loop_.now()) return entry.due - loop_.now();
    entries_.pop_front();
    ++first_;
    if (entry.member != nullptr) entry.member->flush_now();
  }
  return forever;
}

}  // namespace coachwhip::http1
