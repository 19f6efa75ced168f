// The exchange: one shared-memory segment per application, in which the front's loops ("lanes") and
// the threads of the worker processes hand requests and answers to one another. This file is its
// layout, its protocol and the reasons; nothing here runs.
//
// A SLOT holds one request and its answer. Its `state` word is the only truth about it:
//
//      [ generation : 32 | owner : 24 | phase : 8 ]
//
//             front: fill, queue            worker: claim (CAS, writes its owner id)
//      free ────────────────────▶ queued ────────────────────▶ claimed
//       ▲ ▲                         │ front: withdraw (CAS)       │ worker: finish (CAS)
//       │ └─────────────────────────┘                             ▼
//       └───────────────────────────────────────────────────── replied
//                     front: take the answer, free (generation + 1)
//
//      claimed by a worker that died: the front alone moves it, to `queued` again (generation + 1;
//      the request is intact and may be repeated) or to `free`.
//
// Each arrow is one atomic step, so a crash happens before it or after it. Claiming writes the
// owner in the same step, so whatever a dead worker had is found: its id is in no cell any more.
// The generation makes every late step of an earlier life fail its compare-and-swap.
//
// The QUEUE of a lane is a ring of (generation, slot) that only its front loop writes. It is a
// list of hints: a taker first claims the slot at the head and then moves the head; whoever finds
// the slot at the head not queued in that generation moves the head for him. A taker that dies
// between the two loses nothing. A slot has at most one live entry, and the ring has twice as many
// places as the lane has slots: when it is full, at least half of it is dead (withdrawn), and the
// front appends the live ones anew and moves the head to the first of them. Positions only grow, so
// a taker that is late moves the head over nothing new.
//
// ATTENTION is a bit per slot, set by workers (one fetch_or) when the front should look at the
// slot: the answer's head is there, bytes are there, it is finished, room was made in the request
// body. A bit may come late, in another life of the slot: then it is one look too many.
//
// WAKING. The front tells through `sleep` how it sleeps. Awake: nobody wakes it. Bounded (250 µs
// and more, the more requests wait): it will look by itself and is woken only by a worker that
// finds the queue empty. Unbounded: woken at once. A worker thread sleeps on a bell of its own
// (futex) after setting its bit in `asleep` and looking once more; the front clears the bit and
// rings. Both sides order "announce, then look again" against "publish, then look who sleeps" with
// sequentially consistent operations: no wake-up is lost. An idle worker process is woken at once;
// a further thread of a busy one only after a request has waited a millisecond, or at once if the
// application has shown to wait rather than to compute.
//
// BODIES stream through a byte ring per direction in the slot; counters only grow, each has one
// writer. A side that finds the ring full or empty announces that it waits, looks again and waits:
// the worker on the slot's bell, the front for attention. Interim answers (103) come first in the
// ring of the answer, each its size (HintsSize) and its fields; the head, when it is stated, says
// where they end.
//
// TRUST. The front believes nothing that it reads here: sizes are checked against the areas, texts
// are copied first and then parsed, and a lie costs the liar's own requests. Workers trust the
// front.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace coachwhip::exchange {

inline constexpr std::uint64_t magic = 0x706968776863616fULL;
inline constexpr std::uint32_t layout_version = 1;

inline constexpr std::size_t cache_line = 64;
inline constexpr std::size_t threads_max = 64;   // per worker process: a bit each in one word
inline constexpr std::size_t workers_max = 256;  // cells for worker processes, old and new ones of
                                                 // a reload
inline constexpr std::size_t lanes_max = 64;

// Cells of an application with so many workers: a whole second set for a reload, and two to spare.
constexpr std::size_t cells_for(std::size_t workers) {
  return 2 * workers + 2 < workers_max ? 2 * workers + 2 : workers_max;
}

inline constexpr std::size_t request_head_bytes = 48 * 1024;
inline constexpr std::size_t reply_head_bytes = 32 * 1024;
inline constexpr std::size_t ring_bytes = 64 * 1024;  // a power of two; per direction

using HintsSize = std::uint32_t;  // of the fields of an interim answer, before them in the ring

enum class Phase : std::uint8_t { free, queued, claimed, replied };

struct State {
  std::uint32_t generation = 0;
  std::uint32_t owner = 0;  // 24 bits: worker cell << 8 | low bits of its incarnation; 0 unless
                            // claimed
  Phase phase = Phase::free;

  static constexpr State unpack(std::uint64_t word) {
    return {static_cast<std::uint32_t>(word >> 32),
            static_cast<std::uint32_t>(word >> 8) & 0xffffffU, static_cast<Phase>(word & 0xff)};
  }
  constexpr std::uint64_t pack() const {
    return std::uint64_t{generation} << 32 | std::uint64_t{owner & 0xffffffU} << 8 |
           static_cast<std::uint64_t>(phase);
  }
};

constexpr std::uint32_t make_owner(std::size_t worker, std::uint32_t incarnation) {
  return static_cast<std::uint32_t>(worker + 1) << 8 | (incarnation & 0xff);
}

// The cell; workers_max or more if the owner is none.
constexpr std::size_t worker_of(std::uint32_t owner) { return std::size_t{owner >> 8} - 1; }

enum class FlowEnd : std::uint32_t {
  open,    // more will come
  ended,   // complete
  broken,  // it will never be complete: the client left, or the application failed in the middle
};

// One direction's counters. Each field has one writer, named by the side; positions only grow.
struct Flow {
  std::atomic<std::uint64_t> written{0};    // producer
  std::atomic<std::uint64_t> read{0};       // consumer
  std::atomic<FlowEnd> end{FlowEnd::open};  // producer
};

// All that a small request needs beside its bytes lies in two cache lines: whoever takes the slot
// over has to fetch every line from the other side.
struct alignas(cache_line) Slot {
  std::atomic<std::uint64_t> state{0};
  std::atomic<std::uint32_t> request_head_size{0};  // front, before queueing
  std::atomic<std::uint32_t> cancelled{0};          // front: nobody wants the answer any more
  std::atomic<std::uint32_t> front_waits{0};        // front: set attention when the flows move
  std::atomic<std::uint32_t> reply_head_size{0};    // worker; 0: no head yet
  std::atomic<std::uint32_t> bell{0};               // futex of a waiting worker
  std::atomic<std::uint32_t> worker_waits{0};       // worker: ring when flows move
  Flow request;                                     // front produces, worker consumes
  Flow reply;                                       // worker produces, front consumes

  char request_head[request_head_bytes];
  char reply_head[reply_head_bytes];
  char request_ring[ring_bytes];
  char reply_ring[ring_bytes];
  // Slots would otherwise lie at multiples of 4 KiB and share few sets of the processor's first
  // cache.
  char stagger[5 * cache_line];
};

enum class Sleep : std::uint32_t { awake, bounded, unbounded };

struct alignas(cache_line) Bell {
  std::atomic<std::uint32_t> rings{0};
};

// One worker process. Whoever starts workers gives a cell to another only after its process has
// ended.
struct alignas(cache_line) WorkerCell {
  std::atomic<std::uint64_t> asleep{0};    // a bit per thread
  std::atomic<std::uint64_t> threads{0};   // a bit per thread that takes requests
  std::atomic<std::uint32_t> owner{0};     // the process that has the cell, as in State; 0: none
  std::atomic<std::uint32_t> stopping{0};  // it takes no more
  std::atomic<std::uint32_t> waits{0};  // the application waits (I/O, sleep) rather than computes
  Bell bells[threads_max];
};

struct alignas(cache_line) LaneHeader {
  std::atomic<std::uint64_t> tail{0};        // front
  std::atomic<std::uint32_t> slots_used{0};  // front; the slots from here on were never touched
  alignas(cache_line) std::atomic<std::uint64_t> head{0};
  alignas(cache_line) std::atomic<Sleep> sleep{Sleep::awake};  // front; a waker sets it back
};

// Counts fixed at creation. Everything else in the segment follows from them.
struct Shape {
  std::uint32_t lanes = 1;             // front loops
  std::uint32_t slots_per_lane = 128;  // a multiple of 64
};

struct SegmentHeader {
  std::uint64_t magic_number = 0;
  std::uint32_t version = 0;
  Shape shape;
  std::uint64_t size = 0;
};

}  // namespace coachwhip::exchange
