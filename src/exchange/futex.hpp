// Futex: waiting for a word of shared memory to change, across processes (futex(2)).
#pragma once

#include <atomic>
#include <climits>
#include <cstdint>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace coachwhip::exchange {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

// Returns when woken, when the word is not `seen`, or after a signal.
inline void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t seen) {
  ::syscall(SYS_futex, &word, FUTEX_WAIT, seen, nullptr, nullptr, 0);
}

// Async-signal-safe.
inline void futex_wake(std::atomic<std::uint32_t>& word) {
  ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

// A ring: changes the word and wakes who waits for it. Async-signal-safe.
inline void ring(std::atomic<std::uint32_t>& word) {
  word.fetch_add(1);
  futex_wake(word);
}

}  // namespace coachwhip::exchange
