#include "lab/teller.hpp"

#include <algorithm>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace coachwhip::lab {
namespace {

// Who is woken may be on its way before the waking thread is. In case of doubt in the order of the
// recording.
std::pair<TimePoint, const SystemCall*> moment_of_effect(const SystemCall* call) {
  return {is_futex_wake(*call) ? call->began : call->ended, call};
}

std::string sized(const SystemCall& call) {
  return call_name(call.number) + ", " + std::to_string(call.result) +
         (call.result == 1 ? " byte" : " bytes");
}

std::string waited_how(const SystemCall& call) {
  std::string text = call_name(call.number);
  if (call.times > 1) return text + " ×" + std::to_string(call.times) + ", all in vain";
  if (call.result < 0) return text + ", interrupted or in vain";
  if (is_futex_wait(call)) return text + ", woken";
  return text + " = " + std::to_string(call.result);
}

}  // namespace

Teller::Teller(const Recording& recording, const StoryFrame& frame)
    : recording_(recording), frame_(frame) {
  for (const TracedThread& thread : recording.threads) {
    if (thread.thread == thread.process && thread.parent != 0) forks_.push_back(&thread);
    states_[thread.thread].is_worker = thread.is_worker;
    if (thread.ended < frame.began || thread.began > frame.ended) continue;
    Lane& lane = lanes_[thread.thread];
    lane.process = thread.process;
    lane.thread = thread.thread;
    lane.began = at(thread.began);
    lane.ended = at(thread.ended);
  }
  std::ranges::sort(forks_, {}, &TracedThread::began);
}

std::map<pid_t, Lane> Teller::tell() {
  std::vector<const SystemCall*> calls;
  for (const SystemCall& one : recording_.calls) {
    if (one.began <= frame_.ended) calls.push_back(&one);
  }
  std::ranges::sort(calls, {}, moment_of_effect);
  for (const SystemCall* one : calls) {
    fork_until(one->ended);
    call(*one);
  }
  for (const TracedThread& thread : recording_.threads) {
    stop_handling(thread.thread, std::min(thread.ended, frame_.ended));
  }
  return std::move(lanes_);
}

// A new process holds what its parent holds.
void Teller::fork_until(TimePoint moment) {
  for (; next_fork_ < forks_.size() && forks_[next_fork_]->began <= moment; ++next_fork_) {
    const TracedThread& child = *forks_[next_fork_];
    std::vector<std::pair<Key, Connection>> copies;
    for (const auto& [key, connection] : connections_) {
      if (key.first == child.parent)
        copies.emplace_back(Key{child.process, key.second}, connection);
    }
    for (const auto& [key, connection] : copies) {
      take(key, connection.client, child.began, child.thread, true);
    }
  }
}

void Teller::call(const SystemCall& call) {
  if (!lanes_.contains(call.thread)) return;
  const CallKind kind = call_kind(call.number);
  const bool is_worker = states_[call.thread].is_worker;
  if (is_wait(call)) return is_worker ? worker_waited(call) : waited(call);
  if (is_futex_wake(call) && is_futex_shared(call) && !is_worker) {
    if (const unsigned client = states_[call.thread].last_read; client != 0) {
      if (std::ranges::find(handed_, client) == handed_.end()) handed_.push_back(client);
      add(call, Deed::handle, client, "futex: wakes a worker");
    }
  }
  if (kind == CallKind::accept && call.result >= 0) accepted(call);
  if (kind == CallKind::read) read(call);
  if (kind == CallKind::write) wrote(call);
  if (kind == CallKind::close) closed(call);
}

void Teller::accepted(const SystemCall& call) {
  const auto known = frame_.clients.find(call.peer_port);
  const unsigned client = known == frame_.clients.end() ? 0 : known->second;
  if (client == 0) return;
  stop_handling(call.thread, call.began);
  take({call.process, static_cast<int>(call.result)}, client, call.ended, call.thread,
       frame_.is_one_at_a_time);
  add(call, Deed::accept, client, call_name(call.number));
}

void Teller::read(const SystemCall& call) {
  const auto found = connections_.find({call.process, call.fd()});
  const bool only_looks = call.number == SYS_recvfrom && (call.arguments[3] & MSG_PEEK) != 0;
  if (found == connections_.end() || call.result < 0 || only_looks) return;
  stop_handling(call.thread, call.began);
  Connection& connection = found->second;
  if (call.result == 0) {
    forget_handed(connection, call.thread);
    return add(call, Deed::read, connection.client,
               call_name(call.number) + ": the client has closed");
  }
  // Handed over to this thread until its answer.
  if (connection.lane != call.thread) states_[call.thread].held = connection.client;
  if (connection.heard.empty()) {
    life_of(connection).requests.push_back({at(call.began), at(frame_.ended)});
  }
  life_of(connection).reads.push_back(at(call.ended));
  connection.heard += call.text();
  add(call, Deed::read, connection.client, sized(call));
  if (connection.heard.find("\r\n\r\n") == std::string::npos) return;
  connection.heard.clear();
  State& state = states_[call.thread];
  state.client = state.last_read = connection.client;
  state.handling_since = call.ended;
}

void Teller::wrote(const SystemCall& call) {
  State& state = states_[call.thread];
  if (state.is_worker) {
    if (state.client == 0) return;
    std::erase(handed_, state.client);
    add(call, Deed::write, state.client, "write: wakes the front");
    return;
  }
  const auto found = connections_.find({call.process, call.fd()});
  if (found == connections_.end() || call.result <= 0) return;
  stop_handling(call.thread, call.began);
  std::erase(handed_, found->second.client);
  add(call, Deed::write, found->second.client, sized(call));
  forget_handed(found->second, call.thread);
  Life& life = life_of(found->second);
  life.writes.push_back(at(call.ended));
  if (!life.requests.empty()) life.requests.back().ended = at(call.ended);
}

void Teller::closed(const SystemCall& call) {
  const int last = call.number == SYS_close
                       ? call.fd()
                       : static_cast<int>(std::min<std::uint64_t>(call.arguments[1], 1 << 20));
  const auto begin = connections_.lower_bound({call.process, call.fd()});
  const auto end = connections_.upper_bound({call.process, last});
  std::vector<Key> keys;
  for (auto found = begin; found != end; ++found) keys.push_back(found->first);
  for (const Key& key : keys) {
    const Connection& connection = connections_[key];
    // The number may have been given again before the call was seen to end.
    if (connection.began > call.began) continue;
    stop_handling(call.thread, call.began);
    add(call, Deed::close, connection.client, call_name(call.number));
    drop(key, call.ended);
  }
}

void Teller::waited(const SystemCall& call) {
  stop_handling(call.thread, call.began);
  add(call, Deed::wait, states_[call.thread].held, waited_how(call));
}

// It works whenever it does not wait for a request.
void Teller::worker_waited(const SystemCall& call) {
  State& state = states_[call.thread];
  if (!is_futex_shared(call)) {
    return add(call, Deed::wait, state.client,
               waited_how(call) + (state.client != 0 ? ", in the handler" : ""));
  }
  stop_handling(call.thread, call.began);
  add(call, Deed::wait, 0, waited_how(call));
  if (handed_.empty() || call.ended < frame_.began || call.ended > frame_.ended) return;
  state.client = handed_.front();
  state.handling_since = call.ended;
}

void Teller::take(Key key, unsigned client, TimePoint moment, pid_t lane, bool is_alone) {
  drop(key, moment);
  auto& lives = lanes_[lane].lives;
  connections_[key] = {.client = client, .began = moment, .lane = lane, .life = lives.size()};
  lives.push_back({.client = client, .began = at(moment), .ended = at(frame_.ended)});
  if (is_alone) states_[lane].held = client;
}

void Teller::drop(Key key, TimePoint ended) {
  const auto found = connections_.find(key);
  if (found == connections_.end()) return;
  Life& life = life_of(found->second);
  life.ended = at(ended);
  for (Interval& request : life.requests) request.ended = std::min(request.ended, life.ended);
  if (states_[found->second.lane].held == life.client) states_[found->second.lane].held = 0;
  connections_.erase(found);
}

void Teller::forget_handed(const Connection& connection, pid_t thread) {
  if (connection.lane != thread) states_[thread].held = 0;
}

void Teller::stop_handling(pid_t thread, TimePoint moment) {
  State& state = states_[thread];
  const unsigned client = std::exchange(state.client, 0);
  const TimePoint since = std::exchange(state.handling_since, TimePoint{});
  const auto lane = lanes_.find(thread);
  if (client == 0 || since == TimePoint{} || lane == lanes_.end() || moment < since) return;
  lane->second.spans.push_back(
      {.deed = Deed::handle,
       .client = client,
       .began = at(since),
       .ended = at(moment),
       .what = state.is_worker ? "the application" : "prepares an answer"});
}

void Teller::add(const SystemCall& call, Deed deed, unsigned client, std::string what) {
  if (call.ended < frame_.began || call.began > frame_.ended) return;
  lanes_[call.thread].spans.push_back({.deed = deed,
                                       .client = client,
                                       .began = at(std::max(call.began, frame_.began)),
                                       .ended = at(std::min(call.ended, frame_.ended)),
                                       .what = std::move(what),
                                       .times = call.times});
}

Life& Teller::life_of(const Connection& connection) {
  return lanes_[connection.lane].lives[connection.life];
}

Milliseconds Teller::at(TimePoint moment) const {
  return std::chrono::duration_cast<Milliseconds>(std::clamp(moment, frame_.began, frame_.ended) -
                                                  frame_.began);
}

}  // namespace coachwhip::lab
