#include "lab/story.hpp"

#include <algorithm>
#include <tuple>

#include "lab/teller.hpp"

namespace coachwhip::lab {
namespace {

enum class Role : std::uint8_t { supervisor, front, worker };

// What the processes are, as far as the way in which they began tells it.
class Cast {
 public:
  explicit Cast(const Recording& recording) {
    for (const TracedThread& thread : recording.threads) {
      if (thread.thread == thread.process) leaders_[thread.process] = &thread;
    }
  }

  Role role(pid_t process) const {
    const auto found = leaders_.find(process);
    if (found == leaders_.end() || found->second->parent == 0) return Role::supervisor;
    return found->second->is_worker ? Role::worker : Role::front;
  }

  bool is_forked_by_front(pid_t process) const {
    const auto found = leaders_.find(process);
    return role(process) == Role::front && found->second->parent != 0 &&
           role(found->second->parent) == Role::front;
  }

 private:
  std::map<pid_t, const TracedThread*> leaders_;
};

bool is_read(const Span& span) { return span.deed == Deed::read; }

Milliseconds first_deed(const Lane& lane) {
  for (const Span& span : lane.spans) {
    if (span.deed != Deed::wait) return span.began;
  }
  return Milliseconds::max();
}

// Several threads of workers are woken for one request, which one of them takes; it is the one that
// answers, or (where the front needs no waking) that was busy for the longest time.
void forget_woken_in_vain(std::map<pid_t, Lane>& lanes, const Cast& cast) {
  std::map<unsigned, Span*> takers;  // by client
  const auto length = [](const Span& span) { return span.ended - span.began; };
  const auto each_handling = [&](const auto& visit) {
    for (auto& [thread, lane] : lanes) {
      if (cast.role(lane.process) != Role::worker) continue;
      for (Span& span : lane.spans) {
        if (span.deed == Deed::handle) visit(lane, span);
      }
    }
  };
  each_handling([&](Lane&, Span& span) {
    Span*& taker = takers[span.client];
    if (taker == nullptr || length(span) > length(*taker)) taker = &span;
  });
  each_handling([&](Lane& lane, Span& span) {
    const unsigned client = span.client;
    const auto is_within = [&](const Span& other) {
      return other.client == client && other.began >= span.began && other.ended <= span.ended;
    };
    const bool answers = std::ranges::any_of(lane.spans, [&](const Span& other) {
      return other.deed == Deed::write && is_within(other);
    });
    if (answers || takers[client] == &span) return;
    for (Span& other : lane.spans) {
      if (&other != &span && is_within(other)) other.client = 0;
    }
    span.client = 0;
  });
  for (auto& [thread, lane] : lanes) {
    std::erase_if(lane.spans,
                  [](const Span& span) { return span.deed == Deed::handle && span.client == 0; });
  }
}

// "front thread 2", "front process 3", "worker 1 thread 4"; a number only where there are several.
void name_lanes(std::vector<Lane>& lanes, const Cast& cast) {
  std::map<pid_t, std::string> processes;
  std::map<std::string, int> processes_of_name;
  std::map<pid_t, int> threads;
  std::map<pid_t, int> named;
  for (const Lane& lane : lanes) ++threads[lane.process];
  for (Lane& lane : lanes) {
    if (!processes.contains(lane.process)) {
      const Role role = cast.role(lane.process);
      std::string name = role == Role::worker       ? "worker"
                         : role == Role::supervisor ? "supervisor"
                                                    : "front";
      if (cast.is_forked_by_front(lane.process)) name = "front process";
      const int number = ++processes_of_name[name];
      if (role == Role::worker || name == "front process" || number > 1) {
        name += " " + std::to_string(number);
      }
      processes[lane.process] = name;
    }
    lane.name = processes[lane.process];
    if (threads[lane.process] > 1) {
      lane.name += lane.only_accepts() ? " (selector)"
                                       : " thread " + std::to_string(++named[lane.process]);
    }
  }
}

}  // namespace

std::string_view name(Deed deed) {
  switch (deed) {
    case Deed::accept:
      return "accept";
    case Deed::read:
      return "read";
    case Deed::handle:
      return "handle";
    case Deed::write:
      return "write";
    case Deed::close:
      return "close";
    case Deed::wait:
      return "wait";
  }
  return "";
}

bool Lane::took_part() const {
  return !lives.empty() ||
         std::ranges::any_of(spans, [](const Span& span) { return span.client != 0; });
}

bool Lane::only_accepts() const { return !lives.empty() && std::ranges::none_of(spans, is_read); }

bool Lane::only_serves() const { return lives.empty() && std::ranges::any_of(spans, is_read); }

bool Lane::waits_for_one() const {
  return !lives.empty() && std::ranges::any_of(spans, [](const Span& span) {
    return span.deed == Deed::wait && span.client != 0;
  });
}

Story tell_story(const Recording& recording, const StoryFrame& frame) {
  Story story;
  const Cast cast(recording);
  auto lanes = Teller(recording, frame).tell();
  forget_woken_in_vain(lanes, cast);
  for (auto& [thread, lane] : lanes) {
    std::ranges::sort(lane.spans, {},
                      [](const Span& span) { return std::pair(span.began, span.ended); });
    (lane.took_part() ? story.lanes : story.idle).push_back(std::move(lane));
  }
  const auto order = [&](const Lane& lane) {
    return std::tuple(cast.role(lane.process), first_deed(lane), lane.thread);
  };
  std::ranges::sort(story.lanes, {}, order);
  std::ranges::sort(story.idle, {}, order);
  name_lanes(story.lanes, cast);
  name_lanes(story.idle, cast);
  return story;
}

}  // namespace coachwhip::lab
