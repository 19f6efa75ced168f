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

Milliseconds first_deed(const Lane& lane) {
  for (const Span& span : lane.spans) {
    if (span.deed != Deed::wait) return span.began;
  }
  return Milliseconds::max();
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
      if (cast.is_forked_by_front(lane.process)) name = "front's process";
      const int number = ++processes_of_name[name];
      if (role == Role::worker || name == "front's process" || number > 1) {
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

bool Lane::only_accepts() const {
  const auto reads = [](const Span& span) { return span.deed == Deed::read; };
  return !lives.empty() && std::ranges::none_of(spans, reads);
}

Story tell_story(const Recording& recording, const StoryFrame& frame) {
  Story story;
  const Cast cast(recording);
  for (auto& [thread, lane] : Teller(recording, frame).tell()) {
    std::ranges::stable_sort(lane.spans, {}, &Span::began);
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
