#include "lab/answer_head.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace coachwhip::lab {
namespace {

bool is_same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

std::optional<std::size_t> find_content_length(std::string_view head) {
  constexpr std::string_view name = "\r\ncontent-length:";
  const auto field = std::ranges::search(head, name, is_same_letter);
  if (field.empty()) return std::nullopt;
  const char* begin = field.end();
  const char* end = head.data() + head.size();
  while (begin < end && *begin == ' ') ++begin;
  std::size_t length = 0;
  if (std::from_chars(begin, end, length).ec != std::errc{}) return std::nullopt;
  return length;
}

}  // namespace

std::optional<AnswerHead> parse_answer_head(std::string_view head) {
  constexpr std::string_view version = "HTTP/1.1 ";
  if (!head.starts_with(version)) return std::nullopt;
  AnswerHead parsed{.content_length = find_content_length(head)};
  const char* end = head.data() + head.size();
  const auto status = std::from_chars(head.data() + version.size(), end, parsed.status);
  if (status.ec != std::errc{} || status.ptr == end || *status.ptr != ' ') return std::nullopt;
  return parsed;
}

}  // namespace coachwhip::lab
