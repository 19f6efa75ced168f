// AnswerHead: what a client of the lab wants to know of the head of an answer.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace coachwhip::lab {

struct AnswerHead {
  int status = 0;
  std::optional<std::size_t> content_length{};
};

// Of the head's lines, without the empty one. nullopt: it is none of HTTP/1.1.
std::optional<AnswerHead> parse_answer_head(std::string_view head);

}  // namespace coachwhip::lab
