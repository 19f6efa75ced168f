#include "task/frame_pool.hpp"

#include <array>
#include <new>

namespace coachwhip {
namespace {

constexpr std::size_t step = 64;
constexpr std::size_t classes = 64;  // frames up to 4 KiB; larger ones go to the heap
constexpr std::size_t kept_max = 256;

struct FreeFrame {
  FreeFrame* next;
};

struct FreeList {
  FreeFrame* first = nullptr;
  std::size_t length = 0;
};

struct Lists {
  std::array<FreeList, classes> of_size{};
};

// Without a destructor, so that no access has to ask whether it was constructed.
constinit thread_local Lists lists;

// Frees a thread's frames at its end; made when the thread gets its first frame from the heap.
struct Cleaner {
  ~Cleaner() {
    for (FreeList& list : lists.of_size) {
      while (list.first != nullptr) {
        FreeFrame* next = list.first->next;
        ::operator delete(list.first);
        list.first = next;
      }
      list.length = kept_max;  // what is released from now on goes to the heap
    }
  }
};

void* allocate_new(std::size_t size) {
  static thread_local Cleaner cleaner;
  static_cast<void>(cleaner);
  return ::operator new(size);
}

std::size_t size_class(std::size_t size) { return (size + step - 1) / step; }

}  // namespace

void* FramePool::allocate(std::size_t size) {
  const std::size_t index = size_class(size);
  if (index >= classes) return ::operator new(size);
  FreeList& list = lists.of_size[index];
  if (list.first == nullptr) return allocate_new(index * step);
  FreeFrame* frame = list.first;
  list.first = frame->next;
  --list.length;
  return frame;
}

void FramePool::release(void* frame, std::size_t size) {
  const std::size_t index = size_class(size);
  if (index >= classes || lists.of_size[index].length >= kept_max) {
    ::operator delete(frame);
    return;
  }
  FreeList& list = lists.of_size[index];
  list.first = new (frame) FreeFrame{list.first};
  ++list.length;
}

}  // namespace coachwhip
