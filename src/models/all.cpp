// The list of the models, in the order of the story.
#include <algorithm>
#include <array>
#include <string>

#include "models/model.hpp"
#include "models/models.hpp"

namespace coachwhip::models {
namespace {

constexpr std::array list{&serial, &fork, &prefork,  &thread,   &pool,  &spin,
                          &select, &poll, &epoll_lt, &epoll_et, &uring, &coroutine};

}  // namespace

std::span<const Model* const> all() { return list; }

const Model* find(std::string_view name) {
  const auto found = std::ranges::find(list, name, [](const Model* model) { return model->name; });
  return found == list.end() ? nullptr : *found;
}

std::string names() {
  std::string text;
  for (const Model* model : list) {
    if (!text.empty()) text += ", ";
    text += model->name;
  }
  return text;
}

std::string explain() {
  std::string text = "How the front serves its connections (--model NAME):\n";
  for (const Model* model : list) {
    std::string name(model->name);
    name.resize(11, ' ');
    text.append("\n  ").append(name).append(model->summary);
    text.append("\n             breaks: ").append(model->breaks);
    text.append("\n             known from: ").append(model->known_from).append("\n");
  }
  return text;
}

}  // namespace coachwhip::models
