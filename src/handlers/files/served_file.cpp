#include "handlers/files/served_file.hpp"

#include <algorithm>
#include <utility>

#include "compress/rules.hpp"
#include "http/conditional.hpp"

namespace coachwhip::handlers::files {
namespace {

using http::ContentCoding;

// What is being made is not asked for with each request.
constexpr Duration ask_interval = std::chrono::milliseconds(20);

bool is_worth_compressing(const OpenFile& file) {
  return file.size() >= compress::content_bytes_min &&
         file.size() <= compress::Compressor::content_bytes_max &&
         compress::may_encode(file.headers());
}

}  // namespace

Result<ServedFile> ServedFile::open(const Folder& folder, const std::string& name,
                                    std::size_t content_bytes_max, compress::Compressor* compressor,
                                    const CacheControl& rules) {
  auto itself = OpenFile::open(folder, name, ContentCoding::identity, content_bytes_max);
  if (!itself) return pass(std::move(itself.error()));
  ServedFile file(name, std::move(*itself));
  file.open_siblings(folder, content_bytes_max);
  // Which may forbid what follows.
  if (const Bytes value = rules.find(name); !value.empty()) file.add_cache_control(value);
  if (file.siblings_.empty() && compressor != nullptr) file.use(compressor);
  return file;
}

void ServedFile::open_siblings(const Folder& folder, std::size_t content_bytes_max) {
  for (const ContentCoding coding : http::compressions) {
    auto sibling = OpenFile::open(folder, name_, coding, content_bytes_max);
    if (!sibling || !itself_->allows_sibling((*sibling)->status())) continue;
    siblings_.push_back(std::move(*sibling));
  }
  if (!siblings_.empty()) itself_->add_vary();
}

void ServedFile::add_cache_control(Bytes value) {
  itself_->add_cache_control(value);
  for (const auto& sibling : siblings_) sibling->add_cache_control(value);
}

// A file that may still change without a sign is opened again soon, and compressed after that;
// until then its fields say already what they will say.
void ServedFile::use(compress::Compressor* compressor) {
  if (!is_worth_compressing(*itself_)) return;
  itself_->add_vary();
  if (itself_->shows_every_change()) compressor_ = compressor;
}

// What was no sibling may have become one.
bool ServedFile::is_current(const Folder& folder) const {
  if (!itself_->is_current(folder)) return false;
  const bool siblings_are = std::ranges::all_of(
      siblings_, [&](const auto& sibling) { return sibling->is_current(folder); });
  if (!siblings_are) return false;
  return std::ranges::none_of(http::compressions, [&](ContentCoding coding) {
    if (find_sibling(coding) != nullptr) return false;
    const auto status = folder.find_status(name_ + std::string(ending(coding)));
    return status && itself_->allows_sibling(*status);
  });
}

OpenFile* ServedFile::find_sibling(ContentCoding coding) const {
  const auto found = std::ranges::find(siblings_, coding,
                                       [](const auto& sibling) { return sibling->coding(); });
  return found == siblings_.end() ? nullptr : found->get();
}

ServedFile::Choice ServedFile::choose_form(const http::Headers& headers, TimePoint now) {
  if (!headers.find(http::HeaderId::accept_encoding)) return {*itself_};
  const http::AcceptedCodings accepted(headers);
  if (siblings_.empty()) return choose_made(headers, accepted, now);
  OpenFile* const sibling = find_sibling(
      accepted.choose([this](ContentCoding coding) { return find_sibling(coding) != nullptr; }));
  return {sibling != nullptr ? *sibling : *itself_};
}

// The best is asked for if it is not there; meanwhile what is there has to do.
ServedFile::Choice ServedFile::choose_made(const http::Headers& headers,
                                           const http::AcceptedCodings& accepted, TimePoint now) {
  const ContentCoding best = accepted.choose(
      [this](ContentCoding coding) { return !made(coding).is_hopeless; });
  if (best == ContentCoding::identity) return {*itself_};
  if (made(best).content.expired() && now >= ask_again_at_) ask_for(best, now);
  const ContentCoding there = accepted.choose(
      [this](ContentCoding coding) { return !made(coding).content.expired(); });
  if (there == ContentCoding::identity) return choose_known(headers, accepted);
  auto content = made(there).content.lock();
  if (!content) return {*itself_};  // another thread has dropped it this moment
  content->mark();
  return {*made(there).file, std::move(content)};
}

// Who has a form from before a restart, or before it was dropped, does not need it again: what is
// chosen then has no content, and the request's conditions see to it that none is sent.
ServedFile::Choice ServedFile::choose_known(const http::Headers& headers,
                                            const http::AcceptedCodings& accepted) const {
  const auto tags = headers.find(http::HeaderId::if_none_match);
  if (!tags) return {*itself_};
  std::shared_ptr<OpenFile> known;
  accepted.choose([&](ContentCoding coding) {
    auto form = itself_->as_known(coding, *tags);
    const bool has_it = form && http::evaluate(http::Method::GET, headers, form->validators()) !=
                                    http::Precondition::proceed;
    if (has_it) known = std::move(form);
    return has_it;
  });
  if (!known) return {*itself_};
  OpenFile& form = *known;
  return {form, std::move(known)};
}

void ServedFile::ask_for(ContentCoding coding, TimePoint now) {
  ask_again_at_ = now + ask_interval;
  const auto found = compressor_->find(itself_->original(), coding);
  made(coding).is_hopeless = found.is_hopeless;
  const auto is_hopeless = [this](ContentCoding each) { return made(each).is_hopeless; };
  if (std::ranges::all_of(http::compressions, is_hopeless)) compressor_ = nullptr;
  if (found.content) made(coding) = {itself_->in_coding(coding, found.content), found.content};
}

std::size_t ServedFile::memory() const {
  std::size_t sum = name_.size() + itself_->memory();
  for (const auto& sibling : siblings_) sum += sibling->memory();
  return sum;
}

}  // namespace coachwhip::handlers::files
