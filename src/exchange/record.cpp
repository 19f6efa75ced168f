#include "exchange/record.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "exchange/layout.hpp"
#include "http/status.hpp"

namespace coachwhip::exchange {
namespace {

using Place = http::Headers::Place;

constexpr std::uint64_t length_unknown = ~std::uint64_t{0};

// Followed by the places of the fields, then by the texts in the order of their sizes here.
struct RequestRecord {
  std::uint64_t id;
  std::uint64_t content_length;
  std::uint32_t mount_size;
  std::uint32_t place_count;
  std::array<std::uint32_t, 8> text_sizes;
  std::uint16_t peer_port;
  std::uint16_t server_port;
  std::uint8_t method;
  std::uint8_t minor_version;
  std::uint8_t is_tls;
};

// Followed by the reason, then by the header block.
struct ReplyRecord {
  std::uint64_t content_length;
  std::uint64_t file_offset;
  std::uint64_t file_count;
  std::uint32_t reason_size;
  std::uint32_t block_size;
  std::uint16_t status;
  ReplyKind kind;
  std::uint64_t hints_end;
};

std::unexpected<Error> bad_reply(const char* what) {
  return fail(ErrorKind::bad_input, 0, std::string("the worker's answer is malformed: ") + what);
}

// Fields that describe the connection and not the answer: the front writes its own. What a client
// has to upgrade to is the one thing that an application may say of it (RFC 9110 section 15.5.22).
bool belongs_to_connection(http::HeaderId id, http::Status status) {
  switch (id) {
    case http::HeaderId::upgrade:
      return status != http::status::upgrade_required;
    case http::HeaderId::connection:
    case http::HeaderId::keep_alive:
    case http::HeaderId::proxy_connection:
    case http::HeaderId::te:
    case http::HeaderId::trailer:
    case http::HeaderId::transfer_encoding:
    case http::HeaderId::content_length:
      return true;
    default:
      return false;
  }
}

// Splits a block into places; drops the fields of the connection from it.
class BlockReader {
 public:
  BlockReader(Bytes block, http::Status status) : rest_(block), status_(status) {
    kept_.reserve(block.size());
    places_.reserve(8);
  }

  Result<void> read() {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find("\r\n");
      if (end == Bytes::npos) return bad_reply("a header line without an end");
      const Bytes line = rest_.substr(0, end);
      rest_.remove_prefix(end + 2);
      auto taken = take(line);
      if (!taken) return taken;
    }
    return {};
  }

  http::Headers headers() { return {std::move(kept_), std::move(places_)}; }
  bool close_after() const { return close_after_; }

 private:
  Result<void> take(Bytes line) {
    const std::size_t colon = std::min(line.find(':'), line.size());
    const Bytes name = line.substr(0, colon);
    const Bytes value = trim(line.substr(std::min(colon + 1, line.size())));
    if (colon == line.size() || !http::is_token(name)) return bad_reply("a header name");
    if (!http::is_field_value(value)) return bad_reply("a header value");
    const http::HeaderId id = http::find_header_id(name);
    if (id == http::HeaderId::connection) note_connection(value);
    if (belongs_to_connection(id, status_)) return {};
    const std::size_t begin = kept_.size();
    kept_.append(name).append(": ").append(value).append("\r\n");
    places_.push_back({.name_begin = static_cast<std::uint32_t>(begin),
                       .value_begin = static_cast<std::uint32_t>(begin + name.size() + 2),
                       .value_size = static_cast<std::uint32_t>(value.size()),
                       .name_size = static_cast<std::uint16_t>(name.size()),
                       .id = id});
    return {};
  }

  void note_connection(Bytes value) {
    http::for_each_member(value, [this](Bytes member) {
      close_after_ |= equal_ignoring_case(member, "close");
      return true;
    });
  }

  Bytes rest_;
  http::Status status_;
  std::string kept_;
  std::vector<Place> places_;
  bool close_after_ = false;
};

}  // namespace

Result<std::size_t> write_request(std::span<char> into, const http::Request& request,
                                  std::optional<std::uint64_t> content_length) {
  const http::Endpoints& endpoints = request.endpoints;
  const auto places = request.headers.places();
  const std::array<Bytes, 8> texts{
      request.method_text, request.target,      request.prefix,        request.path,
      request.query,       endpoints.peer_host, endpoints.server_host, request.headers.block()};
  RequestRecord record{};
  record.id = request.id;
  record.content_length = content_length.value_or(length_unknown);
  record.mount_size = static_cast<std::uint32_t>(request.prefix.size() + request.mount_size);
  record.place_count = static_cast<std::uint32_t>(places.size());
  record.peer_port = endpoints.peer_port;
  record.server_port = endpoints.server_port;
  record.method = static_cast<std::uint8_t>(request.method);
  record.minor_version = request.minor_version;
  record.is_tls = endpoints.is_tls;
  std::size_t size = sizeof record + places.size_bytes();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    record.text_sizes[i] = static_cast<std::uint32_t>(texts[i].size());
    size += texts[i].size();
  }
  if (size > into.size()) return fail(ErrorKind::limit, 0, "the request's head is too large");
  char* at = into.data();
  const auto put = [&at](const void* from, std::size_t count) {
    if (count != 0) std::memcpy(at, from, count);
    at += count;
  };
  put(&record, sizeof record);
  put(places.data(), places.size_bytes());
  for (const Bytes text : texts) put(text.data(), text.size());
  return size;
}

RequestView read_request(Bytes bytes) {
  const auto& record = *reinterpret_cast<const RequestRecord*>(bytes.data());
  RequestView view;
  view.method = static_cast<http::Method>(record.method);
  view.minor_version = record.minor_version;
  view.is_tls = record.is_tls != 0;
  view.peer_port = record.peer_port;
  view.server_port = record.server_port;
  view.id = record.id;
  if (record.content_length != length_unknown) view.content_length = record.content_length;
  view.mount_size = record.mount_size;
  const char* at = bytes.data() + sizeof record;
  view.places = {reinterpret_cast<const Place*>(at), record.place_count};
  at += record.place_count * sizeof(Place);
  std::size_t next = 0;
  const auto get = [&] {
    const std::size_t size = record.text_sizes[next++];
    return Bytes(std::exchange(at, at + size), size);
  };
  view.method_text = get();
  view.target = get();
  const Bytes prefix = get();
  view.path = {prefix.data(), prefix.size() + get().size()};
  view.query = get();
  view.peer_host = get();
  view.server_host = get();
  view.header_block = get();
  return view;
}

Result<std::size_t> write_reply(std::span<char> into, const ReplyHead& head,
                                std::uint64_t hints_end) {
  ReplyRecord record{};
  record.content_length = head.content_length.value_or(length_unknown);
  record.file_offset = head.file_offset;
  record.file_count = head.file_count;
  record.reason_size = static_cast<std::uint32_t>(head.reason.size());
  record.block_size = static_cast<std::uint32_t>(head.header_block.size());
  record.status = head.status;
  record.kind = head.kind;
  record.hints_end = hints_end;
  const std::size_t size = sizeof record + head.reason.size() + head.header_block.size();
  if (size > into.size()) {
    return fail(ErrorKind::limit, 0,
                "the response's headers take " + std::to_string(size) + " bytes; at most " +
                    std::to_string(into.size()) + " are possible");
  }
  char* at = into.data();
  std::memcpy(at, &record, sizeof record);
  at += sizeof record;
  if (!head.reason.empty()) std::memcpy(at, head.reason.data(), head.reason.size());
  at += head.reason.size();
  if (!head.header_block.empty()) {
    std::memcpy(at, head.header_block.data(), head.header_block.size());
  }
  return size;
}

Result<Reply> read_reply(Bytes shared) {
  if (shared.size() < sizeof(ReplyRecord) || shared.size() > reply_head_bytes) {
    return bad_reply("the size of its head");
  }
  const std::string copy(shared);
  ReplyRecord record{};
  std::memcpy(&record, copy.data(), sizeof record);
  const Bytes texts = Bytes(copy).substr(sizeof record);
  if (std::uint64_t{record.reason_size} + record.block_size != texts.size()) {
    return bad_reply("the sizes in its head");
  }
  if (!http::is_final(record.status)) return bad_reply("its status");
  if (record.kind != ReplyKind::bytes && record.kind != ReplyKind::file) {
    return bad_reply("its kind");
  }
  if (!http::is_field_value(texts.substr(0, record.reason_size))) return bad_reply("its reason");
  Reply reply;
  reply.status = record.status;
  reply.kind = record.kind;
  if (record.content_length != length_unknown) reply.content_length = record.content_length;
  reply.file_offset = record.file_offset;
  reply.file_count = record.file_count;
  reply.hints_end = record.hints_end;
  reply.reason = texts.substr(0, record.reason_size);
  BlockReader block(texts.substr(record.reason_size), reply.status);
  auto read = block.read();
  if (!read) return pass(std::move(read.error()));
  reply.headers = block.headers();
  reply.close_after = block.close_after();
  return reply;
}

Result<http::Headers> read_hints(Bytes block) {
  BlockReader reader(block, http::status::early_hints);
  auto read = reader.read();
  if (!read) return pass(std::move(read.error()));
  return reader.headers();
}

Result<const Reply*> ReplyReader::read(Bytes record) {
  constexpr std::size_t remembered_max = 1024;
  if (record.size() == last_record_.size() && !record.empty() && record == last_record_) {
    return &last_;
  }
  last_record_.clear();
  const std::string copy(record);
  auto reply = read_reply(copy);
  if (!reply) return pass(std::move(reply.error()));
  last_ = std::move(*reply);
  if (copy.size() <= remembered_max) last_record_ = copy;
  return &last_;
}

}  // namespace coachwhip::exchange
